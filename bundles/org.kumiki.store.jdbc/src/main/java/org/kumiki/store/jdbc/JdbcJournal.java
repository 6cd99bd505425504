package org.kumiki.store.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;

import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.Journal;
import org.kumiki.api.journal.JournalException;
import org.kumiki.api.journal.JournalStore;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.jdbc.DataSourceFactory;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the journal in a table of a relational database: of an embedded H2, unless it is configured otherwise.
 * <p>
 * A connection that failed is not used again. The head of the table tells the next one whether the append that failed has happened, so an
 * append has one outcome only; and the journal goes on by itself when, say, the disk has room again.
 */
@JournalStore(kind = "jdbc")
@Component(configurationPid = JdbcJournal.PID)
@Designate(ocd = Config.class)
public final class JdbcJournal implements Journal {

    static final String PID = "org.kumiki.store.jdbc";

    private static final Logger LOG = LoggerFactory.getLogger(JdbcJournal.class);

    /** Opens a connection, each time a new one. */
    interface Connector {

        Connection connect() throws SQLException;
    }

    private final Connector connector;
    private final Witness witness;
    /** Null while there is no connection. */
    private EntryTable table;
    /** As the last append that was answered left it; null until the table has been read for the first time. */
    private Head head;

    @Activate
    public JdbcJournal(@Reference(name = "driver", target = "(osgi.jdbc.driver.class=org.h2.Driver)") DataSourceFactory driver,
            BundleContext context, Config config) throws IOException {
        this(directory(context), connector(driver, config, directory(context)));
    }

    JdbcJournal(Path directory, Connector connector) throws IOException {
        this.connector = connector;
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        witness = new Witness(directory.resolve("appends"));
    }

    private static Path directory(BundleContext context) {
        return Path.of(Optional.ofNullable(context.getProperty("kumiki.data")).orElse("data")).toAbsolutePath().resolve("db");
    }

    private static Connector connector(DataSourceFactory driver, Config config, Path directory) {
        String url = config.url().isEmpty() ? EmbeddedDatabase.url(directory) : config.url();
        Properties login = new Properties();
        login.setProperty("user", config.user());
        login.setProperty("password", config._password());
        return () -> driver.createDriver(null).connect(url, login);
    }

    @Deactivate
    synchronized void close() throws IOException {
        disconnect();
        witness.close();
    }

    @Override
    public synchronized void replay(Consumer<Entry> reader) {
        connect();
        try {
            table.read(reader);
        } catch (SQLException e) {
            disconnect();
            throw new JournalException("the journal cannot be read: " + e.getMessage(), false, e);
        }
    }

    @Override
    public synchronized void append(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        // A database would take an interruption as a reason to break off. The caller gets it back.
        boolean interrupted = Thread.interrupted();
        try {
            write(entries);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write(List<Entry> entries) {
        connect();
        try {
            Head after = table.write(head, entries);
            table.force();
            head = after;
        } catch (SQLException e) {
            disconnect();
            if (!hasHappened(e)) {
                throw new JournalException("the journal cannot be written: " + e.getMessage(), true, e);
            }
        }
        witness.write(head.appends());
    }

    private void connect() {
        if (table == null) {
            try {
                table = EntryTable.on(connector.connect());
                Head found = table.head();
                check(found);
                head = found;
            } catch (SQLException e) {
                disconnect();
                throw new JournalException("the journal cannot be opened: " + e.getMessage(), true, e);
            } catch (JournalException e) {
                disconnect();
                throw e;
            }
        }
    }

    private void check(Head found) {
        if (head == null && found.appends() < witness.read()) {
            throw new JournalException("the journal is damaged: it knows of " + found.appends() + " appends, and there have been "
                    + witness.read(), false, null);
        }
        if (head != null && !head.equals(found)) {
            throw new JournalException("the journal holds an append that was refused; it must be read anew", false, null);
        }
    }

    /** Looks at the table again after a failed append; if it is there after all, makes sure of it. */
    private boolean hasHappened(SQLException failure) {
        try {
            table = EntryTable.on(connector.connect());
            Head found = table.head();
            boolean happened = found.appends() == head.appends() + 1;
            if (happened) {
                table.force();
                head = found;
            }
            return happened;
        } catch (SQLException e) {
            // Nobody can tell now. The next append begins with finding out.
            failure.addSuppressed(e);
            disconnect();
            return false;
        }
    }

    private void disconnect() {
        if (table != null) {
            try {
                table.close();
            } catch (SQLException e) {
                LOG.debug("The connection did not close in peace", e);
            }
            table = null;
        }
    }
}
