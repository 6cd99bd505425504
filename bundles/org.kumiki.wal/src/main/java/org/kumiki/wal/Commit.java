package org.kumiki.wal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Records that go to the log together, and somebody who waits until they are there.
 *
 * @param directories in which names must be durable before the records are
 * @param atRoll      makes the log begin its next segment, and runs as soon as it has
 */
record Commit<R>(List<R> records, List<Frame> frames, Set<Path> directories, boolean makesRoom, Optional<Runnable> atRoll,
        CompletableFuture<Void> done) {

    static <R> Commit<R> of(List<R> records, Set<Path> directories, Codec<R> codec) {
        List<Frame> frames = new ArrayList<>(records.size());
        for (R record : records) {
            frames.add(frame(frames.size() < records.size() - 1 ? Frame.MORE : 0, codec, record));
        }
        boolean makesRoom = !records.isEmpty() && records.stream().allMatch(codec::makesRoom);
        return new Commit<>(records, frames, directories, makesRoom, Optional.empty(), new CompletableFuture<>());
    }

    static <R> Commit<R> ofRoll(Runnable atRoll) {
        return new Commit<>(List.of(), List.of(), Set.of(), false, Optional.of(atRoll), new CompletableFuture<>());
    }

    static <R> Frame frame(int flags, Codec<R> codec, R record) {
        Encoder out = new Encoder();
        codec.write(record, out);
        return Frame.of(flags, out.toBytes());
    }

    long bytes() {
        long bytes = 0;
        for (Frame frame : frames) {
            bytes += frame.size();
        }
        return bytes;
    }
}
