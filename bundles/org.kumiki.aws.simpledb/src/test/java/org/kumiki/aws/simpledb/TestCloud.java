package org.kumiki.aws.simpledb;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;

import org.kumiki.api.table.TableStore;
import org.kumiki.table.log.TestTables;
import org.kumiki.testing.JettyServer;
import org.kumiki.testing.TwoAccounts;

/** The façade on a port of its own, before the real store. */
final class TestCloud {

    private final TestTables tables;
    private final JettyServer server;

    TestCloud(Path data) throws Exception {
        tables = new TestTables(data);
        server = new JettyServer(new SimpleDb(tables.store(), new TwoAccounts(), Clock.systemUTC()));
    }

    URI endpoint() {
        return server.uri();
    }

    TableStore store() {
        return tables.store();
    }

    void stop() throws Exception {
        server.stop();
        tables.close();
    }
}
