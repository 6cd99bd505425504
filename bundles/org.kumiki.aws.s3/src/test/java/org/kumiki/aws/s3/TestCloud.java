package org.kumiki.aws.s3;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;

/** The façade on a port of its own, with a store in memory and two accounts. */
final class TestCloud {

    static final String KEY = "AKIAROOT";
    static final String OTHER_KEY = "AKIAOTHER";
    static final String SECRET = "not-much-of-a-secret";

    private static final Account ROOT = new Account(new AccountId("000000000001"), "root");
    private static final Account OTHER = new Account(new AccountId("000000000002"), "other");

    final MemoryBlobStore store = new MemoryBlobStore();
    final MemoryQueues queues = new MemoryQueues();
    final Quotas quotas;
    final LifecycleRunner lifecycles;
    final MovableClock lifecycleClock = new MovableClock();
    private final Notifier notifier;
    private final Server server = new Server();

    TestCloud(Path data) throws Exception {
        this(data, 0);
    }

    TestCloud(Path data, int port) throws Exception {
        HttpConfiguration http = new HttpConfiguration();
        http.setUriCompliance(UriCompliance.UNSAFE);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(port);
        server.addConnector(connector);
        quotas = new Quotas(store, data.resolve("s3-quotas"));
        notifier = new Notifier(store, Clock.systemUTC(), "us-east-1");
        notifier.use(queues);
        lifecycles = new LifecycleRunner(store, notifier, lifecycleClock, Days.REAL);
        ServletHolder holder = new ServletHolder(new S3(store, new TwoAccounts(), Clock.systemUTC(), "us-east-1", data.resolve("s3-key"),
                new House(quotas, notifier, Days.REAL)));
        holder.setAsyncSupported(true);
        ServletContextHandler context = new ServletContextHandler();
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getURI().getPort());
    }

    S3Commands commands() {
        return new S3Commands(store, new TwoAccounts(), quotas, lifecycles, notifier);
    }

    void stop() throws Exception {
        server.stop();
        lifecycles.close();
        notifier.close();
    }

    /** For clients that are run by hand. */
    public static void main(String[] arguments) throws Exception {
        new TestCloud(Path.of(arguments[0]), Integer.parseInt(arguments[1])).server.join();
    }

    private static final class TwoAccounts implements Identity {

        private static final Map<String, Account> KEYS = Map.of(KEY, ROOT, OTHER_KEY, OTHER);

        @Override
        public Optional<AccessKey> accessKey(String id) {
            return Optional.ofNullable(KEYS.get(id)).map(account -> new AccessKey(id, SECRET, account, true));
        }

        @Override
        public Optional<Account> account(AccountId id) {
            return KEYS.values().stream().filter(account -> account.id().equals(id)).findFirst();
        }

        @Override
        public Account root() {
            return ROOT;
        }
    }
}
