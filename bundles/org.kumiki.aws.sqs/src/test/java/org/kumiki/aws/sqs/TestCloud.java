package org.kumiki.aws.sqs;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.kumiki.testing.JettyServer;
import org.kumiki.testing.TwoAccounts;

/** The façade on a port of its own, with a store in memory, two accounts, and a clock that can be put forward. */
final class TestCloud {

    /** Whose key {@link TwoAccounts#KEY} is, and whose the other one. */
    static final String ACCOUNT = TwoAccounts.ROOT.id().value();
    static final String OTHER_ACCOUNT = TwoAccounts.OTHER.id().value();

    final LateClock clock = new LateClock();
    final MemoryQueueStore store = new MemoryQueueStore(clock);
    final Cloud facade;
    private Mover mover;
    private JettyServer server;

    TestCloud() throws Exception {
        this(new Sizes(Sizes.AMAZONS, Sizes.AMAZONS));
    }

    TestCloud(Sizes sizes) throws Exception {
        facade = new Cloud(store, new TwoAccounts(), "us-east-1", sizes, clock);
        start();
    }

    private void start() throws Exception {
        mover = new Mover(store);
        server = new JettyServer(new Sqs(facade, mover));
    }

    /** At another port, with what the store has. */
    void restart() throws Exception {
        stop();
        start();
    }

    /** Without a slash behind it. */
    URI endpoint() {
        return URI.create("http://" + server.uri().getAuthority());
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
}
