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
    private final JettyServer server;

    TestCloud(Path data) throws Exception {
        this(data, 0);
    }

    TestCloud(Path data, int port) throws Exception {
        server = new JettyServer(new S3(store, new TwoAccounts(), Clock.systemUTC(), "us-east-1", data.resolve("s3-key")), port);
    }

    /** Without a slash behind it. */
    URI endpoint() {
        return URI.create("http://" + server.uri().getAuthority());
    }

    void stop() throws Exception {
        server.stop();
    }

    /** For clients that are run by hand. */
    public static void main(String[] arguments) throws Exception {
        new TestCloud(Path.of(arguments[0]), Integer.parseInt(arguments[1])).server.join();
    }
}
