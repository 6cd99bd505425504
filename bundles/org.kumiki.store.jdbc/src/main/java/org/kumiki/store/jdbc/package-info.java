/** The journal in a relational database. */
package org.kumiki.store.jdbc;
