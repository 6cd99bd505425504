package org.kumiki.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class JulLoggerTest {

    private static final class Memory extends Handler {
        final List<LogRecord> records = new ArrayList<>();

        @Override
        public void publish(LogRecord record) {
            records.add(record);
        }

        @Override
        public void flush() {
            // nothing to do
        }

        @Override
        public void close() {
            // nothing to do
        }
    }

    @Test
    void slf4jFindsThisProviderAndItsMessagesArriveFormatted() {
        Memory memory = new Memory();
        java.util.logging.Logger target = java.util.logging.Logger.getLogger("org.kumiki.logging.probe");
        target.addHandler(memory);
        target.setUseParentHandlers(false);
        Logger logger = LoggerFactory.getLogger("org.kumiki.logging.probe");

        logger.warn("{} of {}", 1, 2, new IllegalStateException("why"));
        target.removeHandler(memory);
        target.setUseParentHandlers(true);

        assertThat(memory.records).singleElement().satisfies(record -> {
            assertThat(record.getMessage()).isEqualTo("1 of 2");
            assertThat(record.getLevel()).isEqualTo(Level.WARNING);
            assertThat(record.getThrown()).hasMessage("why");
        });
    }

    @Test
    void aLevelThatIsOffIsNotLogged() {
        assertThat(LoggerFactory.getLogger("org.kumiki.logging.quiet").isDebugEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("org.kumiki.logging.quiet").isInfoEnabled()).isTrue();
    }
}
