/** Items with attributes: putting, getting and finding them. */
package org.kumiki.bench.tables;
