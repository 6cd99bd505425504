/** The checks in a platform: of the drivers that are put into it. */
package org.kumiki.tck.live;
