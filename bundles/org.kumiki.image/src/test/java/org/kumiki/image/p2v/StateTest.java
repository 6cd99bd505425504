package org.kumiki.image.p2v;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.image.Durable;
import org.kumiki.image.p2v.State.Phase;
import org.kumiki.image.p2v.Takeover.Wish;

class StateTest {

    private static final int TIMES = 2_000;

    private static final State STATE = new State("web-1", "attic", new Wish("/dev/sda", true, true, Duration.ofSeconds(60)), Optional.empty(), false,
            Phase.COPIED, Optional.of("ami-1"), Optional.of("no room"), List.of("one", "two"));

    @TempDir
    Path directory;

    @Test
    void isReadAsItWasWritten() throws Exception {
        Path home = Files.createDirectory(directory.resolve("web-1"));

        STATE.write(home);

        assertThat(State.read(home)).contains(STATE);
        assertThat(State.read(directory.resolve("nobody"))).isEmpty();
    }

    @Test
    void isEitherThereOrNotWhileItIsForgotten() throws Exception {
        Path written = Files.createDirectory(directory.resolve("written"));
        STATE.write(written);
        Path home = directory.resolve("web-1");
        CompletableFuture<Void> coming = CompletableFuture.runAsync(() -> {
            try {
                for (int time = 0; time < TIMES; time++) {
                    Files.createDirectory(home);
                    Files.createLink(home.resolve("takeover.properties"), written.resolve("takeover.properties")); // all of it at once
                    Durable.delete(home);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        while (!coming.isDone()) {
            assertThat(State.read(home)).satisfiesAnyOf(none -> assertThat(none).isEmpty(), all -> assertThat(all).contains(STATE));
        }

        coming.join();
    }
}
