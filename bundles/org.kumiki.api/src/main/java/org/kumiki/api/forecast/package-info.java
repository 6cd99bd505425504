/** How long moves and starts will take: who foresees it, and what was foreseen beside what happened. */
@Export
@Version("1.0.0")
package org.kumiki.api.forecast;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
