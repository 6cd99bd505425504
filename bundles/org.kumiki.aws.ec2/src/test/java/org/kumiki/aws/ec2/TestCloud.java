package org.kumiki.aws.ec2;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;

import org.kumiki.api.identity.Identity;
import org.kumiki.aws.signature.Signer;
import org.kumiki.engine.PaperDatacenter;
import org.kumiki.testing.JettyServer;
import org.kumiki.testing.QueryClient;
import org.kumiki.testing.TwoAccounts;

/** The façade on a port of its own, before the real engine on paper hosts. */
final class TestCloud {

    final PaperDatacenter paper;
    private final Identity identity = new TwoAccounts();
    private final JettyServer server;

    TestCloud(Path data) throws Exception {
        paper = new PaperDatacenter(data, identity, 2);
        server = new JettyServer(new Ec2(paper.datacenter(), identity, Clock.systemUTC()));
    }

    URI endpoint() {
        return server.uri();
    }

    /** A client with a key of {@link TwoAccounts}. */
    QueryClient client(String key) {
        return client(key, TwoAccounts.SECRET);
    }

    QueryClient client(String key, String secret) {
        return new QueryClient(endpoint(), "2016-11-15", new Signer(key, secret, "us-east-1", "ec2", Clock.systemUTC())::sign);
    }

    /** The façade's own view of it all. */
    Cloud cloud() {
        return new Cloud(paper.datacenter(), identity);
    }

    Set<String> actions() {
        return Ec2.actions(cloud()).names();
    }

    void stop() throws Exception {
        server.stop();
        paper.close();
    }
}
