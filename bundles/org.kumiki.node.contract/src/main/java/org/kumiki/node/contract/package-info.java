/** The tests that every {@link org.kumiki.api.node.Node} passes. */
package org.kumiki.node.contract;
