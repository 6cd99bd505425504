package org.kumiki.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.blob.BlobException;

/**
 * Takes bytes in: a few are sent to the cluster at once, many in parts of 8 MiB, some parts at a time, as far as there is memory. The memory of a part
 * is in use until the cluster has it.
 */
final class Intake {

    /** 8 MiB. */
    private static final int PART_BLOCKS = 128;
    /** 256 KiB, which need not wait for memory. */
    private static final int SMALL_BLOCKS = 4;
    /** S3 takes 10,000 parts of an object; what is longer is in several. */
    private static final int MAX_PARTS = 8_192;
    private static final int MAX_AT_A_TIME = 4;
    private static final long PATIENCE_SECONDS = 60;
    private static final SecureRandom SEEDS = new SecureRandom();

    private final Cluster cluster;
    private final Workers workers;
    private final Sessions sessions;
    private final Contents contents;
    private final Semaphore memory;

    /** @param parts how many may be in memory, of all that are taken in at a time */
    Intake(Cluster cluster, Workers workers, Sessions sessions, Contents contents, int parts) {
        this.cluster = cluster;
        this.workers = workers;
        this.sessions = sessions;
        this.contents = contents;
        this.memory = new Semaphore(parts, true);
    }

    /** @throws IOException of the source; then nothing is left */
    StagedBytes take(InputStream source) throws IOException {
        List<StagedBytes.Piece> pieces = new ArrayList<>();
        try {
            boolean more = true;
            while (more) {
                Sessions.Session session = sessions.enter();
                Taking taking = new Taking(source, session.content());
                try {
                    more = taking.run();
                } catch (UndecidedException e) {
                    taking.forget();
                    session.settled(false);
                    throw e;
                } catch (IOException | RuntimeException e) {
                    session.settled(taking.forget());
                    throw e;
                }
                if (taking.held > 0) {
                    pieces.add(new StagedBytes.Piece(taking.extent(), session));
                } else {
                    session.settled(true);
                }
            }
            return new StagedBytes(contents, pieces);
        } catch (IOException | RuntimeException e) {
            new StagedBytes(contents, pieces).close();
            throw e;
        }
    }

    /** One content that comes. */
    private final class Taking {

        private final InputStream source;
        private final String content;
        private final long seed = SEEDS.nextLong();
        private final Deque<CompletableFuture<String>> underWay = new ArrayDeque<>();
        private final List<String> etags = new ArrayList<>();
        private Cluster.Parts parts;
        private long held;
        private int numbered;
        private boolean more = true;

        Taking(InputStream source, String content) {
            this.source = source;
            this.content = content;
        }

        Extent extent() {
            return new Extent(content, seed, 0, held, 0, held);
        }

        /** @return whether the source has more than a content can have */
        boolean run() throws IOException {
            Body first = new Body(seed, 0);
            fill(first, SMALL_BLOCKS);
            if (!more) {
                put(first);
                return false;
            }
            reserve();
            boolean reserved = true;
            try {
                fill(first, PART_BLOCKS);
                if (!more) {
                    put(first);
                    return false;
                }
                parts = cluster.begin(Names.content(content));
                reserved = false;
                send(first);
            } finally {
                if (reserved) {
                    memory.release();
                }
            }
            while (more && numbered < MAX_PARTS) {
                next();
            }
            while (!underWay.isEmpty()) {
                etags.add(Workers.join(underWay.remove()));
            }
            cluster.complete(parts, etags);
            return more;
        }

        private void next() throws IOException {
            while (underWay.size() >= MAX_AT_A_TIME || !underWay.isEmpty() && !memory.tryAcquire()) {
                etags.add(Workers.join(underWay.remove()));
            }
            if (underWay.isEmpty()) {
                reserve();
            }
            Body part = new Body(seed, (long) numbered * PART_BLOCKS);
            boolean sent = false;
            try {
                fill(part, PART_BLOCKS);
                if (part.blocks() > 0) {
                    sent = true;
                    send(part);
                }
            } finally {
                if (!sent) {
                    memory.release();
                }
            }
        }

        private void fill(Body body, int blocks) throws IOException {
            while (more && body.blocks() < blocks) {
                more = body.take(source);
            }
        }

        private void put(Body body) {
            if (body.held() > 0) {
                cluster.put(Names.content(content), body);
                held = body.held();
            }
        }

        /** Its memory is free when the cluster has it, or has failed to take it. */
        private void send(Body part) {
            int number = ++numbered;
            held += part.held();
            underWay.add(workers.start(() -> cluster.putPart(parts, number, part)).whenComplete((etag, failure) -> memory.release()));
        }

        private void reserve() {
            try {
                if (!memory.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw Failures.busy();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failures.interrupted();
            }
        }

        /** @return whether it is certain that nothing is left of it */
        boolean forget() {
            underWay.forEach(part -> part.exceptionally(failure -> "").join());
            try {
                if (parts != null) {
                    cluster.abort(parts);
                }
            } catch (BlobException e) {
                return false;
            }
            return contents.remove(content);
        }
    }
}
