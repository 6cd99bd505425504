package org.kumiki.image.p2v;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.image.Fleeting;
import org.kumiki.image.p2v.State.Phase;
import org.kumiki.image.p2v.Takeover.Wish;

class StateTest {

    private static final State STATE = new State("web-1", "attic", new Wish("/dev/sda", true, true, Duration.ofSeconds(60)), Optional.empty(), false,
            Phase.COPIED, Optional.of("ami-1"), Optional.of("no room"), List.of("one", "two"));

    @TempDir
    Path directory;

    @Test
    void isReadAsItWasWritten() throws IOException {
        Path home = Files.createDirectory(directory.resolve("web-1"));

        STATE.write(home);

        assertThat(State.read(home)).contains(STATE);
        assertThat(State.read(directory.resolve("nobody"))).isEmpty();
    }

    @Test
    void isEitherThereOrNotWhileItIsForgotten() throws IOException {
        STATE.write(directory);

        Fleeting.isThereOrNot(directory.resolve("takeover.properties"), directory.resolve("web-1"), State::read, STATE);
    }
}
