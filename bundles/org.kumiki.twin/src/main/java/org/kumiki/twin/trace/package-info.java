/** What machines used in the course of time: measured, and made up. */
@Export
@Version("1.0.0")
package org.kumiki.twin.trace;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
