/** What is only true when the bundles meet: wiring, listeners, swapping. Run by {@code bndrun/itest.bndrun}. */
package org.kumiki.itest;
