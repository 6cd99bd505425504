package org.kumiki.wal;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * How a log is kept.
 *
 * @param name         of its threads, {@code NAME-log} and {@code NAME}, and what it is called when something is wrong with it
 * @param directory    that is its own, but for files with other names than {@code lock}, {@code reserve}, {@code N.log} and {@code N.CHECKPOINT}
 * @param segmentBytes after how many bytes a segment is long enough
 * @param answers      completes the stages of a batch, all of them in one task. To run tasks at once, on the thread of the log, is for stages on which
 *                     nothing depends but threads that wait
 * @param checkpoint   what the names of checkpoints end with
 */
public record Options(String name, Path directory, Disk disk, long segmentBytes, Executor answers, String checkpoint) {

    public Options {
        Objects.requireNonNull(name);
        Objects.requireNonNull(directory);
        Objects.requireNonNull(disk);
        Objects.requireNonNull(answers);
        Objects.requireNonNull(checkpoint);
        if (segmentBytes < 1) {
            throw new IllegalArgumentException("segments of " + segmentBytes + " bytes");
        }
    }

    /** With checkpoints that are called so. */
    public Options(String name, Path directory, Disk disk, long segmentBytes, Executor answers) {
        this(name, directory, disk, segmentBytes, answers, "checkpoint");
    }
}
