package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The example runs as its README has it, with real guests, while some of them are ended and one is cut off from one moment to the next. */
@ExtendWith(Platforms.class)
class CodecTest {

    private static final Path EXAMPLE = Path.of("../../examples/codec/codec").toAbsolutePath().normalize();
    private static final Path DISK = Path.of("../../dist/codec.disk").toAbsolutePath().normalize();
    private static final Pattern PROGRESS = Pattern.compile("(\\d+) of 10 converted,");

    private final Platform platform;

    CodecTest(Platform platform) {
        this.platform = platform;
    }

    @Test
    void everyClipIsConvertedWhileWorkersDie(@TempDir Path directory) throws InterruptedException {
        Path log = directory.resolve("log");
        Process codec = codec("run", "--clips", "10", "--workers", "3", "--kill", "20", "--messages", "4").start(log);
        try {
            Await.until("some clips are converted", Duration.ofMinutes(10), () -> !codec.isAlive() || progress(log).filter(done -> done >= 3).isPresent());
            Optional<ProcessHandle> victim = platform.processes().stream()
                    .filter(process -> Platform.commandLine(process).contains("qemu-system")).findAny();
            victim.ifPresent(ProcessHandle::destroyForcibly);
            assertThat(codec.waitFor(10, TimeUnit.MINUTES)).as(Platform.text(log)).isTrue();

            assertThat(victim).as("a worker that was cut off; %s", Platform.text(log)).isPresent();
            assertThat(codec.exitValue()).as(Platform.text(log)).isZero();
            assertThat(Platform.text(log)).contains("10 clips, each converted; none lost").contains("is killed").contains("the service is down");
        } finally {
            codec.descendants().forEach(ProcessHandle::destroyForcibly);
            codec.destroyForcibly();
            codec("down", "--all").run();
        }
    }

    private static Optional<Integer> progress(Path log) {
        return Platform.text(log).lines().map(PROGRESS::matcher).filter(Matcher::find).map(found -> Integer.valueOf(found.group(1))).reduce((a, b) -> b);
    }

    private Program codec(String verb, String... more) {
        return Program.of("/usr/bin/python3", EXAMPLE.toString(), verb, "--disk", DISK.toString(), "--load", platform.load().toString()).and(more)
                .with(platform.environment()).with(Map.of("AWS_ENDPOINT_URL", platform.endpoint().toString())).within(Duration.ofMinutes(5));
    }
}
