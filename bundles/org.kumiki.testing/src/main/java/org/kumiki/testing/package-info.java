/** What the tests of several bundles need. */
package org.kumiki.testing;
