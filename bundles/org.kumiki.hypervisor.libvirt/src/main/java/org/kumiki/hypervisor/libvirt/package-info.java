/** Guests by libvirt: its remote protocol is in {@code rpc}, what is done with it here. */
package org.kumiki.hypervisor.libvirt;
