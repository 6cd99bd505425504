/**
 * The datacenter as columns: what schedulers and policies read.
 * <p>
 * A policy scans ten thousand hosts and a hundred thousand instances at a time, so the values lie in primitive arrays,
 * one per attribute, addressed by row. A view is immutable; it may be kept, shared and replayed.
 */
@Export
@Version("1.2.0")
package org.kumiki.api.view;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
