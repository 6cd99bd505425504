/**
 * What can be asked of a datacenter, one record per request, each with the type of its answer.
 * <p>
 * A new command is a new record; no interface changes.
 */
@Export
@Version("1.2.0")
package org.kumiki.api.command;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
