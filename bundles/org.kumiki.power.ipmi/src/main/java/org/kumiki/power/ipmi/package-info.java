/** Power by management controllers that speak IPMI. */
package org.kumiki.power.ipmi;
