/** What hosts draw. */
@Export
@Version("1.0.0")
package org.kumiki.twin.power;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
