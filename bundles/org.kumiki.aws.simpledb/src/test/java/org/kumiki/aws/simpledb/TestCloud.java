package org.kumiki.aws.simpledb;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.TableStore;
import org.kumiki.table.log.TestTables;

/** The façade on a port of its own, before the real store. */
final class TestCloud {

    static final String KEY = "AKIAROOT";
    static final String OTHER_KEY = "AKIAOTHER";
    static final String SECRET = "not-much-of-a-secret";

    private static final Account ROOT = new Account(new AccountId("000000000001"), "root");
    private static final Account OTHER = new Account(new AccountId("000000000002"), "other");

    private final TestTables tables;
    private final Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    TestCloud(Path data) throws Exception {
        tables = new TestTables(data);
        ServletHolder holder = new ServletHolder(new SimpleDb(tables.store(), new TwoAccounts(), Clock.systemUTC()));
        holder.setAsyncSupported(true);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getURI().getPort() + "/");
    }

    TableStore store() {
        return tables.store();
    }

    void stop() throws Exception {
        server.stop();
        tables.close();
    }

    private static final class TwoAccounts implements Identity {

        private final Map<String, AccessKey> keys = Map.of(KEY, new AccessKey(KEY, SECRET, ROOT, true),
                OTHER_KEY, new AccessKey(OTHER_KEY, SECRET, OTHER, true), "AKIAOFF", new AccessKey("AKIAOFF", SECRET, OTHER, false));

        @Override
        public Optional<AccessKey> accessKey(String id) {
            return Optional.ofNullable(keys.get(id));
        }

        @Override
        public Optional<Account> account(AccountId id) {
            return Optional.of(id.equals(ROOT.id()) ? ROOT : OTHER);
        }

        @Override
        public Account root() {
            return ROOT;
        }
    }
}
