/** Items with attributes in memory, and in a log. */
package org.kumiki.table.log;
