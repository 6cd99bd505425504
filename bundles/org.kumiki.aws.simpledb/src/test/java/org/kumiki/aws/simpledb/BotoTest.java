package org.kumiki.aws.simpledb;

import java.net.URI;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.testing.BotoWalk;

class BotoTest implements BotoWalk {

    @TempDir
    Path data;

    private TestCloud cloud;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
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
