package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ec2.Ec2Client;

/** The control plane is killed in the middle of its work, again and again: what it had acknowledged is there afterwards, once. */
class CrashTest {

    private static final int CRASHES = Integer.getInteger("kumiki.e2e.crashes", 15);
    private static final Duration TO_SETTLE = Duration.ofSeconds(60);

    private Platform platform;

    @BeforeEach
    void start() {
        platform = Paper.start(20);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void losesNoAcknowledgedLaunchAndMakesNoneTwice() {
        try (Ec2Client client = platform.client()) {
            for (int crash = 0; crash < CRASHES; crash++) {
                Load load = new Load(client, 3);
                load.more(10 + ThreadLocalRandom.current().nextInt(40));
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000_000)); // not always at the same point
                platform.kill();
                load.close();
                platform.start();
                check(client, load);
            }
        }
    }

    private void check(Ec2Client client, Load load) {
        Await.until("settled instances", TO_SETTLE, () -> Set.of("running").containsAll(Set.copyOf(Paper.described(client).values())));
        Map<String, String> described = Paper.described(client);
        assertThat(described.keySet()).as("acknowledged launches").containsAll(load.promised());
        assertThat(described.keySet()).as("acknowledged terminations").noneMatch(load.terminated::contains);
        load.uncertain.forEach((token, count) -> {
            List<String> before = Paper.ofToken(client, token);
            assertThat(before.size()).as("unanswered launch %s", token).isIn(0, count);
            // The client that got no answer asks again, with the same token.
            List<String> now = Paper.ids(client.runInstances(Paper.launch(Paper.imageId(client), count, token)).instances());
            assertThat(now).hasSize(count).containsAll(before);
        });
        Await.until("as many guests as instances", TO_SETTLE, () -> Paper.guests(platform).equals(Paper.described(client).keySet()));
    }
}
