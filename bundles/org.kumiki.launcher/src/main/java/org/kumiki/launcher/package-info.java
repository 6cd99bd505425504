/** Starts the platform on any OSGi framework, tells when it serves, and opens its shell. */
package org.kumiki.launcher;
