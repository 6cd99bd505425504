package org.kumiki.twin.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong now = new AtomicLong();

    private String said() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whereThereIsNoTerminalItSaysALineEachTenth() {
        Progress progress = new Progress(out, false, 40, now::get);

        IntStream.range(0, 40).forEach(run -> {
            now.addAndGet(90_000_000_000L);
            progress.ended(run != 7);
        });

        assertThat(said().lines()).hasSize(10).first().isEqualTo("4 of 40 runs, 10 %, about 54 min 0 s left");
        assertThat(said().lines().toList().get(9)).isEqualTo("40 of 40 runs, 100 %, took 1 h 0 min, 1 failed");
    }

    @Test
    void onATerminalOneLineChanges() {
        Progress progress = new Progress(out, true, 2, now::get);

        now.set(1_000_000_000L);
        progress.ended(true);
        now.set(3_000_000_000L);
        progress.ended(true);

        assertThat(said()).isEqualTo("\r1 of 2 runs, 50 %, about 1.0 s left\u001b[K\r2 of 2 runs, 100 %, took 3.0 s\u001b[K\n");
    }
}
