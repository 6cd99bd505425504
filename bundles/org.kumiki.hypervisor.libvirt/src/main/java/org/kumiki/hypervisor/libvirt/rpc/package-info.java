/** libvirt's remote protocol: messages of XDR over a socket. Knows nothing of guests of ours. */
package org.kumiki.hypervisor.libvirt.rpc;
