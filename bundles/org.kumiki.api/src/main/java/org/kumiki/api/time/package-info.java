/** Time as a service, so that the same engine runs on the wall clock and in a simulation. */
@Export
@Version("1.0.0")
package org.kumiki.api.time;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
