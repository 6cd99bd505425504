/** A hypervisor whose hosts and guests exist on paper only. */
package org.kumiki.hypervisor.simulated;
