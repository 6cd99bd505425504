package org.kumiki.store.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.JournalException;
import org.kumiki.storage.contract.JournalTraffic;
import org.kumiki.testing.DoomedProcess;

/** Another process writes, and is killed. {@code -Dkumiki.crashes=N} says how often; a few times if nobody asks. */
class CrashTest {

    private static final int CRASHES = Integer.getInteger("kumiki.crashes", 3);

    @TempDir
    Path directory;

    @Test
    void everyAppendThatWasAnsweredIsThereAndNoneIsHalfThere() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        int appended = 0;
        for (int crash = 0; crash < CRASHES; crash++) {
            int answered = writeUntilKilled(appended + 1, 1 + random.nextInt(40));
            int unanswered = answered + 1;

            List<Entry> entries = read();
            appended = entries.equals(JournalTraffic.after(unanswered)) ? unanswered : answered;
            assertThat(entries).as("crash %d, after append %d", crash, answered).isEqualTo(JournalTraffic.after(appended));
        }
    }

    @Test
    void isRefusedToASecondProcess() throws Exception {
        Process writer = DoomedProcess.of(Writer.class, directory.toString(), "1").start();
        try (BufferedReader answers = writer.inputReader()) {
            assertThat(answers.readLine()).isEqualTo("1");

            assertThatThrownBy(this::read).isInstanceOf(JournalException.class).hasMessageContaining("somebody else uses");
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    /** Kills a writer soon after so many answers, and tells what it answered last. */
    private int writeUntilKilled(int first, int answers) throws Exception {
        List<String> answered = DoomedProcess.killAfter(answers, Writer.class, directory.toString(), Integer.toString(first));
        return Integer.parseInt(answered.get(answered.size() - 1));
    }

    private List<Entry> read() throws IOException {
        LogJournal journal = journal(directory);
        try {
            List<Entry> entries = new ArrayList<>();
            journal.replay(entries::add);
            return entries;
        } finally {
            journal.close();
        }
    }

    /** Its logs are short, so that some crashes are in the middle of putting them together. */
    private static LogJournal journal(Path directory) {
        return new LogJournal(directory, 100_000, file -> new RandomAccessFile(file.toFile(), "rw"));
    }

    /** The other process: appends, and answers with the number of each append that has returned. */
    static final class Writer {

        private Writer() {
        }

        public static void main(String[] arguments) {
            LogJournal journal = journal(Path.of(arguments[0]));
            for (int number = Integer.parseInt(arguments[1]);; number++) {
                journal.append(JournalTraffic.append(number));
                System.out.println(number);
            }
        }
    }
}
