/** Measures platforms from the outside. */
package org.kumiki.bench;
