/**
 * Amazon's EC2 over the datacenter: one class for each kind of thing, each with a table of its actions. It keeps nothing; it reads
 * the datacenter's inventory and submits commands, and leaves again without a trace.
 */
package org.kumiki.aws.ec2;
