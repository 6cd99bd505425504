/** Guests as containers of a server of LXD or Incus, which is asked over its REST API: by its socket, or by HTTPS with a certificate. */
package org.kumiki.hypervisor.incus;
