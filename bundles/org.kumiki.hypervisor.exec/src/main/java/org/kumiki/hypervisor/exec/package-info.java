/** Guests by scripts of others: extensions of CloudStack, and virtualization drivers of OpenNebula. */
package org.kumiki.hypervisor.exec;
