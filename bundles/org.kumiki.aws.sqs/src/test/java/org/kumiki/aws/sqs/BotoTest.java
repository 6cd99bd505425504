package org.kumiki.aws.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Amazon's own client library walks through the façade: whichever versions of it this machine has. Older ones send queries, newer ones JSON. */
@Tag("client")
@Timeout(120)
class BotoTest {

    private TestCloud cloud;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud();
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = { "python3", "/usr/bin/python3" })
    void walksThrough(String python) throws Exception {
        assumeTrue(Python.has(python, "boto3"), python + " has no boto3");

        Process walk = new ProcessBuilder(python, "src/test/python/walk.py", cloud.endpoint().toString(), TestCloud.KEY, TestCloud.SECRET)
                .redirectErrorStream(true).start();
        String output = new String(walk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output).endsWith("walked\n");
        assertThat(walk.waitFor()).isZero();
    }
}
