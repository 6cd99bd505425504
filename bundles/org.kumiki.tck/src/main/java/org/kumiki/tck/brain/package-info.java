/**
 * Checks of brains: schedulers, policies and migration strategies. They are pure functions, so all that is needed is one of them; datacenters and
 * moves are made up, the same ones each time.
 */
@Export
@Version("1.0.0")
package org.kumiki.tck.brain;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
