/** The tests that every store of queues passes. */
@Export
@Version("1.0.0")
package org.kumiki.queue.contract;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
