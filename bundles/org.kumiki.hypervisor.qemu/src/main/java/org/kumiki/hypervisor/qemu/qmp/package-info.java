/** The QEMU Machine Protocol: JSON lines over a unix socket, commands in one direction, answers and events in the other. */
package org.kumiki.hypervisor.qemu.qmp;
