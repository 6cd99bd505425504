package org.kumiki.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.JournalException;

/**
 * The one table: the latest entry of each kind and key. Its head is kept in it as well, as the entry of a kind that there is not, with
 * the number of appends for a sequence number.
 * <p>
 * The SQL is what every database understands; a row is updated, and inserted if that changed none, because databases spell
 * the statement that does both in their own ways.
 */
final class EntryTable implements AutoCloseable {

    private static final String CREATE = "create table if not exists entry (kind varchar(32) not null, id varchar(255) not null,"
            + " sequence bigint not null, content varchar not null, seal integer not null, primary key (kind, id))";
    private static final String SELECT = "select kind, id, sequence, content, seal from entry order by sequence";
    private static final String SELECT_HEAD = "select kind, id, sequence, content, seal from entry where kind = ''";
    private static final String UPDATE = "update entry set sequence = ?, content = ?, seal = ? where kind = ? and id = ?";
    private static final String INSERT = "insert into entry (sequence, content, seal, kind, id) values (?, ?, ?, ?, ?)";
    private static final String DELETE = "delete from entry where kind = ? and id = ?";

    private static final String HEAD = "";

    private final Connection connection;
    private final Dialect dialect;
    private final PreparedStatement update;
    private final PreparedStatement insert;
    private final PreparedStatement delete;

    private record Row(String kind, String key, long sequence, String content) {

        static Row of(Entry entry) {
            return new Row(entry.kind(), entry.key(), entry.sequence(), entry.value().orElseThrow());
        }

        /** @throws JournalException if it is not as it was written */
        static Row of(ResultSet result) throws SQLException {
            Row row = new Row(result.getString(1), result.getString(2), result.getLong(3), result.getString(4));
            if (row.seal() != result.getInt(5)) {
                throw new JournalException("the journal is damaged: entry " + row.sequence + " of " + row.kind + " " + row.key
                        + " is not as it was written", false, null);
            }
            return row;
        }

        int seal() {
            return Seal.of(kind, key, sequence, content);
        }

        boolean isHead() {
            return kind.equals(HEAD);
        }

        Head toHead() {
            return new Head(sequence, Long.parseLong(content));
        }

        Entry toEntry() {
            return new Entry(sequence, kind, key, Optional.of(content));
        }
    }

    private EntryTable(Connection connection) throws SQLException {
        this.connection = connection;
        dialect = Dialect.of(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
        connection.setAutoCommit(false);
        update = connection.prepareStatement(UPDATE);
        insert = connection.prepareStatement(INSERT);
        delete = connection.prepareStatement(DELETE);
    }

    /** Takes a connection over, and closes it if there is no table to be had. */
    static EntryTable on(Connection connection) throws SQLException {
        try {
            return new EntryTable(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Head head() throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(SELECT_HEAD)) {
            return result.next() ? Row.of(result).toHead() : Head.EMPTY;
        } finally {
            connection.rollback();
        }
    }

    /** @throws JournalException if an entry is not as it was written, or is missing */
    void read(Consumer<Entry> reader) throws SQLException {
        Head head = Head.EMPTY;
        long rows = 0;
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(SELECT)) {
            while (result.next()) {
                Row row = Row.of(result);
                if (row.isHead()) {
                    head = row.toHead();
                } else {
                    reader.accept(row.toEntry());
                    rows++;
                }
            }
        } finally {
            connection.rollback();
        }
        if (rows != head.rows()) {
            throw new JournalException("the journal is damaged: it has " + rows + " entries instead of " + head.rows(), false, null);
        }
    }

    /** Writes entries, all or none, and answers the head that the table has then. They are not durable before {@link #force()}. */
    Head write(Head before, List<Entry> entries) throws SQLException {
        Map<List<String>, Entry> latest = new LinkedHashMap<>();
        entries.forEach(entry -> latest.put(List.of(entry.kind(), entry.key()), entry));
        List<Row> present = latest.values().stream().filter(entry -> entry.value().isPresent()).map(Row::of).toList();
        List<Entry> gone = latest.values().stream().filter(entry -> entry.value().isEmpty()).toList();

        long rows = before.rows() + put(present) - remove(gone);
        Head after = new Head(before.appends() + 1, rows);
        put(List.of(new Row(HEAD, HEAD, after.appends(), Long.toString(rows))));
        connection.commit();
        return after;
    }

    void force() throws SQLException {
        dialect.force(connection);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** How many rows were not there before. */
    private int put(List<Row> rows) throws SQLException {
        List<Row> fresh = new ArrayList<>();
        int[] counts = run(update, rows);
        for (int index = 0; index < rows.size(); index++) {
            if (counts[index] == 0) {
                fresh.add(rows.get(index));
            }
        }
        run(insert, fresh);
        return fresh.size();
    }

    private static int[] run(PreparedStatement statement, Collection<Row> rows) throws SQLException {
        for (Row row : rows) {
            statement.setLong(1, row.sequence());
            statement.setString(2, row.content());
            statement.setInt(3, row.seal());
            statement.setString(4, row.kind());
            statement.setString(5, row.key());
            statement.addBatch();
        }
        return rows.isEmpty() ? new int[0] : statement.executeBatch();
    }

    /** How many rows were there. */
    private int remove(Collection<Entry> entries) throws SQLException {
        int removed = 0;
        for (Entry entry : entries) {
            delete.setString(1, entry.kind());
            delete.setString(2, entry.key());
            removed += delete.executeUpdate();
        }
        return removed;
    }
}
