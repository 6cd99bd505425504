/** How a running guest moves: strategies that watch the progress and direct it, and the drivers that carry it out. */
@Export
@Version("1.1.0")
package org.kumiki.api.migration;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
