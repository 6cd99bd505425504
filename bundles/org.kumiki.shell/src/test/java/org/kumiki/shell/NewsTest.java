package org.kumiki.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

class NewsTest {

    private final News news = new News();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true);
    private final AtomicInteger left = new AtomicInteger(3);

    @Test
    void saysNothingOfWhatIsOver() {
        news.follow(out, () -> true, () -> "it goes on");

        assertThat(printed.toString()).isEmpty();
    }

    @Test
    void aChangeWakesWhoeverWaits() {
        // Each look at the line is a change in the middle of it, as from another thread: it must not be missed.
        news.follow(out, () -> left.get() == 0, () -> {
            left.set(0);
            news.changed(null, null);
            return "3 are left";
        });

        assertThat(printed.toString()).isEqualTo("3 are left\n");
    }

    @Test
    void saysTheSameOnlyOnce() {
        AtomicInteger looks = new AtomicInteger();

        news.follow(out, () -> looks.get() == 2, () -> looks.incrementAndGet() > 0 ? "still 3" : "");

        assertThat(printed.toString()).isEqualTo("still 3\n");
    }

    @Test
    void endsWhenItsClientHasLeft() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> news.follow(out, () -> false, () -> "it goes on")).isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("it goes on");
        assertThat(Thread.interrupted()).isTrue();
    }
}
