/** Where messages wait: queues whose messages are delivered until somebody has deleted them, as SQS has them. */
@Export
@Version("1.0.0")
package org.kumiki.api.queue;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
