/**
 * The operator's view: the pages Datacenter and Stores of the Felix Web Console, and the login in front of the whole console.
 * <p>
 * What the pages show was named by clients and guests, so it is treated as hostile: it leaves as JSON, arrives by {@code fetch}, and is
 * shown by {@code textContent}. Nothing of it is ever written into HTML.
 */
package org.kumiki.console;
