/** Machines that are reached by SSH. */
package org.kumiki.node.ssh;
