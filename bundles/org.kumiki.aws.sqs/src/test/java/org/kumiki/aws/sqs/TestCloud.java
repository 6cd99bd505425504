package org.kumiki.aws.sqs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;

/** The façade on a port of its own, with a store in memory, two accounts, and a clock that can be put forward. */
final class TestCloud {

    static final String KEY = "AKIAROOT";
    static final String OTHER_KEY = "AKIAOTHER";
    static final String SECRET = "not-much-of-a-secret";
    static final String ACCOUNT = "000000000001";
    static final String OTHER_ACCOUNT = "000000000002";

    private static final Account ROOT = new Account(new AccountId(ACCOUNT), "root");
    private static final Account OTHER = new Account(new AccountId(OTHER_ACCOUNT), "other");

    final LateClock clock = new LateClock();
    final MemoryQueueStore store = new MemoryQueueStore(clock);
    final Cloud facade;
    private final Mover mover = new Mover(store);
    private final Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    TestCloud() throws Exception {
        this(new Sizes(Sizes.AMAZONS, Sizes.AMAZONS));
    }

    TestCloud(Sizes sizes) throws Exception {
        facade = new Cloud(store, new TwoAccounts(), "us-east-1", sizes, clock);
        ServletHolder holder = new ServletHolder(new Sqs(facade, mover));
        holder.setAsyncSupported(true);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getURI().getPort());
    }

    Client client(String key) {
        return new Client(endpoint(), key, clock);
    }

    void stop() throws Exception {
        server.stop();
        mover.close();
    }

    /** The system's, but late. */
    static final class LateClock extends Clock {

        private volatile Duration late = Duration.ZERO;

        void forward(Duration time) {
            late = late.plus(time);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(late);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
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
