package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Changes that go to the log one after the other, and somebody who waits until they are there. */
final class Commit {

    private final List<Frame> frames = new ArrayList<>();
    private final Set<Path> directories = new LinkedHashSet<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private boolean inNextSegment;
    private long bytes;

    /** One without changes, that makes the log begin its next segment. */
    static Commit inNextSegment() {
        Commit commit = new Commit();
        commit.inNextSegment = true;
        return commit;
    }

    Commit add(Change change) {
        Frame frame = Frame.of(change);
        frames.add(frame);
        bytes += frame.size();
        return this;
    }

    /** That names in a directory must be durable before. */
    Commit after(Path directory) {
        directories.add(directory);
        return this;
    }

    List<Frame> frames() {
        return frames;
    }

    Set<Path> directories() {
        return directories;
    }

    boolean isInNextSegment() {
        return inNextSegment;
    }

    /** Whether that is all that it does. */
    boolean makesRoom() {
        return !frames.isEmpty() && frames.stream().allMatch(frame -> frame.change().makesRoom());
    }

    long bytes() {
        return bytes;
    }

    /** Nothing of it is there. */
    void fail(IOException cause) {
        done.completeExceptionally(Failures.of("the log of the blobs cannot be written", cause));
    }

    CompletableFuture<Void> done() {
        return done;
    }
}
