package org.kumiki.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.LogRecord;

import org.junit.jupiter.api.Test;

class LineFormatTest {

    @Test
    void aMessageCannotForgeALineOrSteerTheTerminal() {
        LogRecord record = RotatingFileTest.record("user\n2026 ERROR forged \u001b[2J");

        String line = new LineFormat().format(record);

        assertThat(line).endsWith("test: user\\n2026 ERROR forged \\u001b[2J\n").doesNotContain("\u001b");
    }

    @Test
    void theStackFollowsTheLine() {
        LogRecord record = RotatingFileTest.record("it broke");
        record.setThrown(new IllegalStateException("why"));

        assertThat(new LineFormat().format(record)).contains("it broke\njava.lang.IllegalStateException: why\n\tat ");
    }
}
