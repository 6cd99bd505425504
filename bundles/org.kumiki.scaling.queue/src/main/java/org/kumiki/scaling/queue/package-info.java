/** As many workers as a queue has work for. */
package org.kumiki.scaling.queue;
