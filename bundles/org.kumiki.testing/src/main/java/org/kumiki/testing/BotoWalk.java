package org.kumiki.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Amazon's own client library walks through a façade: whichever versions of it this machine has. The way is {@code src/test/python/walk.py} of the
 * façade; it is given the endpoint, a key and a secret of {@link TwoAccounts}, and writes {@code walked} at its end.
 */
@Tag("client")
@Timeout(120)
public interface BotoWalk {

    /** Where the façade is, which is there before each test. */
    URI endpoint();

    @ParameterizedTest
    @ValueSource(strings = { "python3", "/usr/bin/python3" })
    default void walksThrough(String python) throws Exception {
        assumeTrue(Python.has(python, "boto3"), python + " has no boto3");

        Process walk = new ProcessBuilder(python, "src/test/python/walk.py", endpoint().toString(), TwoAccounts.KEY, TwoAccounts.SECRET)
                .redirectErrorStream(true).start();
        String output = new String(walk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output).endsWith("walked\n");
        assertThat(walk.waitFor()).isZero();
    }
}
