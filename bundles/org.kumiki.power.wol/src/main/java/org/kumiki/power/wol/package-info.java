/** Power by a magic packet, and by the host itself. */
package org.kumiki.power.wol;
