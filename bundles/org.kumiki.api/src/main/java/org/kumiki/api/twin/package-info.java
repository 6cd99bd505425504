/**
 * The engine in virtual time: the same state machine, loop of policies and calls of plug-ins as the live one, on a timeline that somebody
 * else winds, empty or as the live one is at a moment.
 */
@Export
@Version("1.0.0")
package org.kumiki.api.twin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
