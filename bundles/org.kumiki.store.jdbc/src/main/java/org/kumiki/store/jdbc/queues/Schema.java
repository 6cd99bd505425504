package org.kumiki.store.jdbc.queues;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;

/**
 * The tables. Times are in milliseconds, as the control planes' clocks have them; texts that clients make up are bytes in UTF-8, because no text of
 * the database has a zero in it.
 */
final class Schema {

    private static final int VERSION = 1;
    /** That two control planes do not make the tables at the same time: any number that nobody else takes. */
    private static final long LOCK = 0x6b756d696b6901L;

    private static final String IS_THERE = "select exists (select 1 from pg_tables where tablename = 'kumiki_store'"
            + " and schemaname = any (current_schemas(false)))";

    /** Rows come and go: vacuum must not wait until a fifth of a backlog has changed. */
    private static final String LIVELY = " with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)";

    private static final List<String> TABLES = List.of(
            "create table kumiki_store (version integer not null, secret bytea not null)",
            "create sequence kumiki_sequence",
            "create table kumiki_queue (number bigint generated always as identity primary key, owner text not null, name text not null,"
                    + " settings text not null, retention bigint not null, created bigint not null, changed bigint not null, unique (owner, name))",
            // The lane is the group whose order a message keeps; null in a queue without groups. The origin is the queue that gave it up.
            "create table kumiki_message (queue bigint not null, sequence bigint not null, id uuid not null, body bytea not null,"
                    + " attributes text not null, group_name bytea, deduplication bytea, lane bytea, origin bigint, bytes bigint not null,"
                    + " sent bigint not null, visible_at bigint not null, receives integer not null default 0, first_received bigint,"
                    + " primary key (queue, sequence))" + LIVELY,
            "create index kumiki_message_visible on kumiki_message (queue, visible_at, sequence) include (receives, bytes)",
            "create index kumiki_message_received on kumiki_message (queue, visible_at) where receives > 0",
            "create index kumiki_message_sent on kumiki_message (queue, sent)",
            "create index kumiki_message_lane on kumiki_message (queue, lane, sequence) where lane is not null",
            "create index kumiki_message_lane_received on kumiki_message (queue, lane, visible_at) where lane is not null and receives > 0",
            // There is one as long as the group has messages; from next_at on its first message can be delivered.
            "create table kumiki_group (queue bigint not null, name bytea not null, next_at bigint, primary key (queue, name))" + LIVELY,
            "create index kumiki_group_next on kumiki_group (queue, next_at)",
            "create table kumiki_dedup (queue bigint not null, key bytea not null, id uuid not null, sequence bigint not null,"
                    + " sent bigint not null, primary key (queue, key))" + LIVELY,
            "create index kumiki_dedup_sent on kumiki_dedup (sent)",
            "create table kumiki_attempt (queue bigint not null, name bytea not null, time bigint not null, until bigint not null,"
                    + " sequences bigint[] not null, receives integer[] not null, primary key (queue, name))" + LIVELY,
            "create index kumiki_attempt_time on kumiki_attempt (time)");

    private Schema() {
    }

    /**
     * Makes the tables if they are not there.
     *
     * @return by which all control planes write and read receipts
     */
    static Receipts prepare(Connection connection) throws SQLException {
        Receipts receipts;
        try (Statement statement = connection.createStatement()) {
            // Not "if not exists" alone: that takes locks, for which whoever is at work would be waited for.
            if (!isThere(statement)) {
                statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
                if (!isThere(statement)) {
                    make(connection, statement);
                }
            }
            receipts = read(statement);
        }
        connection.commit();
        return receipts;
    }

    private static boolean isThere(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery(IS_THERE)) {
            result.next();
            return result.getBoolean(1);
        }
    }

    private static void make(Connection connection, Statement statement) throws SQLException {
        for (String table : TABLES) {
            statement.execute(table);
        }
        try (PreparedStatement insert = connection.prepareStatement("insert into kumiki_store (version, secret) values (?, ?)")) {
            insert.setInt(1, VERSION);
            insert.setBytes(2, Receipts.newKey());
            insert.executeUpdate();
        }
    }

    private static Receipts read(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("select version, secret from kumiki_store")) {
            if (!result.next()) {
                throw new QueueException(Reason.CORRUPT, "the table kumiki_store is empty: restore the database of the queues");
            }
            if (result.getInt(1) != VERSION) {
                throw new QueueException(Reason.UNAVAILABLE, "the tables of the queues are of version " + result.getInt(1)
                        + ", and this Kumiki knows version " + VERSION + ": let all control planes run the version of Kumiki that made them, or give this"
                        + " one a schema of its own (currentSchema in the url)");
            }
            return new Receipts(result.getBytes(2));
        }
    }
}
