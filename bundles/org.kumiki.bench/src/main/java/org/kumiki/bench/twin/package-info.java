/** Measures policies in the twin. */
package org.kumiki.bench.twin;
