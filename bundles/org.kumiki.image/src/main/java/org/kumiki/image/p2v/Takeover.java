package org.kumiki.image.p2v;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.kumiki.api.node.Node;
import org.kumiki.image.p2v.Rounds.Round;

/**
 * Copies a disk of a machine that goes on running. A snapshot of it is copied once. Without one, rounds copy what is other than in the round
 * before, and for the last of them file systems stand still, so that the copy is what was there at one moment.
 */
final class Takeover {

    private static final Duration TO_LOOK = Duration.ofMinutes(2);

    private final Node node;
    private final Wish wish;
    private final Consumer<String> progress;
    private final AtomicReference<SourceDisk> open = new AtomicReference<>();
    private volatile boolean cancelled;
    private Room room = size -> { };

    /**
     * What somebody wants.
     *
     * @param device   of the machine, e.g. {@code /dev/sda}
     * @param snapshot whether there may be one
     * @param freeze   whether file systems may stand still
     * @param pause    how long they may
     */
    record Wish(String device, boolean snapshot, boolean freeze, Duration pause) {
    }

    /**
     * How it went.
     *
     * @param size     of the disk, in bytes
     * @param rounds   that it took
     * @param stood    how long file systems stood still; none if they did not
     * @param moment   whether the copy is what was there at one moment
     * @param snapshot whether one was copied
     */
    record Copied(long size, List<Round> rounds, Duration stood, boolean moment, boolean snapshot) {

        Copied {
            rounds = List.copyOf(rounds);
        }
    }

    /** Whether there is room for a disk. */
    interface Room {
        void check(long size) throws IOException;
    }

    /** @param progress told how far it is, in words for people */
    Takeover(Node node, Wish wish, Consumer<String> progress) {
        this.node = node;
        this.wish = wish;
        this.progress = progress;
    }

    /** What is on the disk. */
    static SourceLayout look(Node node, String device) throws IOException {
        List<String> command = new ArrayList<>(SourceLayout.COMMAND);
        command.add(device);
        Node.Finished answer = node.run(command, TO_LOOK);
        SourceLayout layout = SourceLayout.parse(answer.output());
        if (!answer.succeeded() || layout.rows().isEmpty()) {
            throw new SourceException(node.name() + " shows no disk " + device + ": " + answer.errors().strip());
        }
        return layout;
    }

    /**
     * Copies, or goes on with what was interrupted.
     *
     * @param name of a snapshot, if there is one
     * @param disk the copy, and {@code sums} what is known of it; both are made if they are not there
     * @param room told the size of the disk now and then; throws if there is no room for it
     */
    Copied copy(String name, Path disk, Path sums, Room room) throws IOException {
        this.room = room;
        SourceLayout layout = look(node, wish.device());
        Optional<Snapshot> snapshot = wish.snapshot() && layout.isLogicalVolume() ? Snapshot.of(node, wish.device(), name) : Optional.empty();
        if (snapshot.isEmpty()) {
            return rounds(layout, disk, sums);
        }
        try (Snapshot still = snapshot.get(); SourceDisk source = opened(still.device()); CopiedDisk copy = new CopiedDisk(disk, sums, source.size())) {
            Round round = round(source, copy, "the snapshot", source.size());
            still.check();
            return new Copied(source.size(), List.of(round), Duration.ZERO, true, true);
        } finally {
            open.set(null);
        }
    }

    private Copied rounds(SourceLayout layout, Path disk, Path sums) throws IOException {
        try (SourceDisk source = opened(wish.device())) {
            long size = source.size();
            room.check(size);
            List<Round> rounds = new ArrayList<>();
            try (CopiedDisk copy = new CopiedDisk(disk, sums, size)) {
                while (!Rounds.DEFAULT.enough(rounds)) {
                    rounds.add(round(source, copy, "round " + (rounds.size() + 1), size));
                }
                List<String> mounts = layout.mounts();
                boolean still = wish.freeze() || mounts.isEmpty();
                Duration stood = still && !mounts.isEmpty() ? standing(source, copy, mounts, rounds, size) : Duration.ZERO;
                if (mounts.isEmpty() || !still) {
                    rounds.add(round(source, copy, "the last round", size));
                }
                return new Copied(size, rounds, stood, still, false);
            }
        } finally {
            open.set(null);
        }
    }

    private Duration standing(SourceDisk source, CopiedDisk copy, List<String> mounts, List<Round> rounds, long size) throws IOException {
        Duration last = rounds.get(rounds.size() - 1).took();
        if (last.compareTo(wish.pause()) > 0) {
            throw new SourceException("the last look at the whole disk took " + last.toSeconds() + " s, and file systems may stand still for "
                    + wish.pause().toSeconds() + " s; let them stand still for longer, or do without it");
        }
        long begin = System.nanoTime();
        source.freeze(wish.pause(), mounts);
        rounds.add(round(source, copy, "the last round, while " + String.join(", ", mounts) + " stand still", size));
        source.thaw();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private Round round(SourceDisk source, CopiedDisk copy, String what, long size) throws IOException {
        long begin = System.nanoTime();
        source.flush();
        long bytes = copy.follow(source, looked -> {
            room.check(size);
            progress.accept(what + ": " + (looked >> 20) + " of " + (size >> 20) + " MiB");
        });
        return new Round(bytes, Duration.ofNanos(System.nanoTime() - begin));
    }

    private SourceDisk opened(String device) throws IOException {
        SourceDisk source = SourceDisk.open(node, device);
        open.set(source);
        if (cancelled) {
            source.close();
            throw new SourceException("it was given up");
        }
        return source;
    }

    /** Whoever copies fails soon. May be called from any thread. */
    void cancel() throws IOException {
        cancelled = true;
        SourceDisk source = open.get();
        if (source != null) {
            source.hangUp();
        }
    }
}
