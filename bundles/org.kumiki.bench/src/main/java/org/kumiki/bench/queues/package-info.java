/** Measures servers that speak SQS. */
package org.kumiki.bench.queues;
