/** What tests of drivers with real guests need. */
package org.kumiki.testing.guest;
