/** Moves a real guest, through a platform and without one. */
package org.kumiki.bench.move;
