package org.kumiki.aws.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;

import org.kumiki.testing.JettyServer;
import org.kumiki.testing.TwoAccounts;

/** The façade on a port of its own, with a store in memory and two accounts. */
final class TestCloud {

    static final String KEY = TwoAccounts.KEY;
    static final String OTHER_KEY = TwoAccounts.OTHER_KEY;
    static final String SECRET = TwoAccounts.SECRET;

    final MemoryBlobStore store = new MemoryBlobStore();
    final MemoryQueues queues = new MemoryQueues();
    final Quotas quotas;
    final LifecycleRunner lifecycles;
    final MovableClock lifecycleClock = new MovableClock();
    private final Notifier notifier;
    private final JettyServer server;

    TestCloud(Path data) throws Exception {
        this(data, 0);
    }

    TestCloud(Path data, int port) throws Exception {
        quotas = new Quotas(store, data.resolve("s3-quotas"));
        notifier = new Notifier(store, Clock.systemUTC(), "us-east-1");
        notifier.use(queues);
        lifecycles = new LifecycleRunner(store, notifier, lifecycleClock, Days.REAL);
        server = new JettyServer(new S3(store, new TwoAccounts(), Clock.systemUTC(), "us-east-1", data.resolve("s3-key"),
                new House(quotas, notifier, Days.REAL)), port);
    }

    /** Without a slash behind it. */
    URI endpoint() {
        return URI.create("http://" + server.uri().getAuthority());
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
}
