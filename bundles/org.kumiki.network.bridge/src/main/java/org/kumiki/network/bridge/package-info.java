/** Guests on a bridge of their host, behind their security groups. */
package org.kumiki.network.bridge;
