package org.kumiki.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.LogRecord;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {

    @TempDir
    Path directory;

    @Test
    void keepsTheNewestLinesUnderItsOwnNameAndDropsTheOldest() throws IOException {
        Path file = directory.resolve("log/kumiki.log");
        RotatingFile log = new RotatingFile(file, 200, 2);

        for (int i = 1; i <= 12; i++) {
            log.publish(record("line " + i + " of a text that is long enough to matter"));
        }
        log.close();

        assertThat(Files.readString(file)).contains("line 12 ");
        assertThat(file.resolveSibling("kumiki.log.1")).exists();
        assertThat(file.resolveSibling("kumiki.log.2")).exists();
        assertThat(file.resolveSibling("kumiki.log.3")).doesNotExist();
        assertThat(Files.size(file)).isLessThanOrEqualTo(200);
    }

    @Test
    void goesOnWithTheFileOfTheLastRun() throws IOException {
        Path file = directory.resolve("kumiki.log");
        RotatingFile first = new RotatingFile(file, 10_000, 2);
        first.publish(record("before"));
        first.close();

        RotatingFile second = new RotatingFile(file, 10_000, 2);
        second.publish(record("after"));
        second.close();

        assertThat(Files.readString(file)).containsSubsequence("before", "after");
    }

    @Test
    @Timeout(60)
    void writesLinesThatComeFastWithoutBeingAskedTo() throws Exception {
        Path file = directory.resolve("kumiki.log");
        RotatingFile log = new RotatingFile(file, 10_000_000, 2);

        for (int i = 1; i <= 1_000; i++) {
            log.publish(record("line " + i));
        }

        while (!Files.readString(file).contains("line 1000\n")) {
            Thread.sleep(5);
        }
        log.close();
    }

    @Test
    void writesAWarningAtOnceAndWhatCameBefore() throws IOException {
        Path file = directory.resolve("kumiki.log");
        RotatingFile log = new RotatingFile(file, 10_000_000, 2);
        for (int i = 1; i <= 10; i++) {
            log.publish(record("line " + i));
        }

        LogRecord warning = record("trouble");
        warning.setLevel(Level.WARNING);
        log.publish(warning);

        assertThat(Files.readString(file)).containsSubsequence("line 10\n", "trouble\n");
        log.close();
    }

    static LogRecord record(String message) {
        LogRecord record = new LogRecord(Level.INFO, message);
        record.setLoggerName("test");
        return record;
    }
}
