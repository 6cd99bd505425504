/** Queues of messages in PostgreSQL, for several control planes. */
package org.kumiki.store.jdbc.queues;
