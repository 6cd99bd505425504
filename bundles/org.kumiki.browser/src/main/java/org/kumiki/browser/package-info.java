/** A browser that tests drive. */
package org.kumiki.browser;
