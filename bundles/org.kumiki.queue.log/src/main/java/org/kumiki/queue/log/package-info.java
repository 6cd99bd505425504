/** Queues of messages: what becomes of them in a log, where they are in memory. */
package org.kumiki.queue.log;
