package org.kumiki.storage.s3;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.kumiki.api.blob.BlobException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes contents, each of which belongs to one version or part only. One that is being read stays until it has been read. What cannot be removed now
 * is left to the sweep. Thread-safe.
 */
final class Contents {

    private static final Logger LOG = LoggerFactory.getLogger(Contents.class);

    private final Cluster cluster;
    private final Sessions sessions;
    private final Map<String, Integer> readers = new HashMap<>();
    /** What is to be removed after it has been read, or could not be. */
    private final Set<String> remaining = new HashSet<>();

    Contents(Cluster cluster, Sessions sessions) {
        this.cluster = cluster;
        this.sessions = sessions;
    }

    /** Keeps them until the reading ends. */
    Reading read(List<Extent> extents) {
        List<String> contents = extents.stream().map(Extent::content).distinct().toList();
        synchronized (this) {
            contents.forEach(content -> readers.merge(content, 1, Integer::sum));
        }
        return () -> contents.forEach(this::leave);
    }

    /** That somebody reads. */
    @FunctionalInterface
    interface Reading {

        void end();
    }

    private void leave(String content) {
        synchronized (this) {
            if (readers.merge(content, -1, Integer::sum) > 0) {
                return;
            }
            readers.remove(content);
            if (!remaining.contains(content)) {
                return;
            }
        }
        remove(content);
    }

    /** @return whether it is gone; else it will go later */
    boolean remove(String content) {
        synchronized (this) {
            remaining.add(content);
            if (readers.containsKey(content)) {
                return false;
            }
        }
        try {
            cluster.delete(Names.content(content));
            synchronized (this) {
                remaining.remove(content);
            }
            return true;
        } catch (BlobException e) {
            LOG.warn("A content that nobody needs is left to the sweep: {}", e.getMessage());
            sessions.unclean();
            return false;
        }
    }

    /** Tries again what could not be removed. */
    void retry() {
        List<String> all;
        synchronized (this) {
            all = List.copyOf(remaining);
        }
        all.forEach(this::remove);
    }

    /** Whether this run has not removed it yet. */
    synchronized boolean remains(String content) {
        return remaining.contains(content);
    }
}
