package org.kumiki.aws.sqs;

import java.net.URI;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.kumiki.testing.BotoWalk;

/** Older versions of it send queries, newer ones JSON. */
class BotoTest implements BotoWalk {

    private TestCloud cloud;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud();
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @Override
    public URI endpoint() {
        return cloud.endpoint();
    }
}
