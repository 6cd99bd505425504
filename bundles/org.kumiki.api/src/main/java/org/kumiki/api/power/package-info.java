/** Switching hosts on and off. */
@Export
@Version("1.0.0")
package org.kumiki.api.power;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
