/** The tests that every {@link org.kumiki.api.queue.QueueStore} passes. */
package org.kumiki.queue.contract;
