/** What was used, by whom, and what it costs. */
@Export
@Version("1.0.0")
package org.kumiki.api.meter;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
