package org.kumiki.store.jdbc.queues;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One transaction: what is asked of the database, and whom it concerns once it is committed. For one thread. */
final class Transaction {

    private final Connection connection;
    private final Receipts receipts;
    private final long now;
    private final Set<Long> woken = new LinkedHashSet<>();

    /** Makes something of a row. */
    interface Reader<T> {

        T read(ResultSet row) throws SQLException;
    }

    /** Many values that are one parameter. */
    record Values(String type, Object[] values) {
    }

    /** @param now in milliseconds */
    Transaction(Connection connection, Receipts receipts, long now) {
        this.connection = connection;
        this.receipts = receipts;
        this.now = now;
    }

    static Values numbers(Collection<Long> values) {
        return new Values("int8", values.toArray());
    }

    static Values counts(Collection<Integer> values) {
        return new Values("int4", values.toArray());
    }

    static Values bytes(Collection<Bytes> values) {
        return new Values("bytea", values.stream().map(Bytes::array).toArray(byte[][]::new));
    }

    /** A text may have characters that no text of the database has, such as zero. */
    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    Receipts receipts() {
        return receipts;
    }

    /** In milliseconds, throughout the transaction. */
    long now() {
        return now;
    }

    /** Those who wait at a queue shall look again. */
    void wake(long queue) {
        woken.add(queue);
    }

    Set<Long> woken() {
        return woken;
    }

    <T> List<T> query(String sql, Reader<T> reader, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters); ResultSet result = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        }
    }

    <T> Optional<T> find(String sql, Reader<T> reader, Object... parameters) throws SQLException {
        return query(sql, reader, parameters).stream().findFirst();
    }

    /** @return how many rows it was about */
    int update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    /** The same for several rows, in one go. */
    void updateAll(String sql, List<Object[]> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Object[] row : rows) {
                set(statement, row);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Takes everything back, and nobody is woken. */
    void undo() throws SQLException {
        connection.rollback();
        woken.clear();
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            set(statement, parameters);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private void set(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] instanceof Values many) {
                statement.setArray(i + 1, connection.createArrayOf(many.type(), many.values()));
            } else {
                statement.setObject(i + 1, parameters[i]);
            }
        }
    }
}
