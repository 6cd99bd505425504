/**
 * How long things take and what they cost: moves by strategy, boots, hosts that sleep, failures, overhead by technology and kind of work. Pure
 * functions, each with the source of its formula, and with a word on which of its constants were checked against that source. Amounts are in bytes, rates in
 * bytes a second, times in seconds.
 */
package org.kumiki.twin.model;
