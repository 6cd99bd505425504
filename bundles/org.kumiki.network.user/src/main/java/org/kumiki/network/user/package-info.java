/** Networks inside the hypervisor's process, which need no privilege, and the metadata service of their guests. */
package org.kumiki.network.user;
