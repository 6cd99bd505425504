/** What hosts draw. */
package org.kumiki.twin.power;
