/** Guests on VMware ESX, alone or under a vCenter, by the vSphere API (VIM). */
package org.kumiki.hypervisor.vsphere;
