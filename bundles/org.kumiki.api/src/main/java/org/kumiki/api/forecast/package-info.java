/** How long starts, stops and moves will take, and what hosts will carry then: who foresees it, and what was foreseen beside what happened. */
@Export
@Version("1.0.0")
package org.kumiki.api.forecast;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
