/** Studies: a scenario is run under several policies and seeds, and a report says which policy is best. Plain Java, which needs no framework. */
@Export
@Version("1.0.0")
package org.kumiki.twin.study;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
