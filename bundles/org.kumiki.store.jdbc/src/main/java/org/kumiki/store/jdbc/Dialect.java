package org.kumiki.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** What databases do not agree on. */
enum Dialect {

    /** H2 writes at a commit, but leaves it to the operating system when that reaches the disk, unless it is told. */
    H2 {
        @Override
        void force(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("checkpoint sync");
            }
        }
    },

    /** What the standard says: a commit is durable. */
    STANDARD {
        @Override
        void force(Connection connection) {
            // the commit was enough
        }
    };

    /** Returns when all that was committed is on stable storage. */
    abstract void force(Connection connection) throws SQLException;

    static Dialect of(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductName().equals("H2") ? H2 : STANDARD;
    }
}
