package org.kumiki.storage.s3;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.kumiki.api.blob.BlobException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which contents may belong to nothing. Each is made in a session, which is recorded in the cluster before. The record goes when all contents of the
 * session belong to something or are gone: only after a crash, or when something could not be removed, is there one that stays, and only then need
 * anybody look for contents that nothing names. A session is as long as a day, so that there are not too many of them. Thread-safe.
 */
final class Sessions {

    static final Duration LENGTH = Duration.ofDays(1);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NAME = 12;
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final Records records;
    /** Those of this run that still have a record; the last one is the one that new contents are made in. */
    private final List<Session> open = new ArrayList<>();
    private final String run = VersionIds.at(Version.micros(Instant.now()));

    /** The contents of a while. */
    final class Session {

        private final String id;
        private final Instant begun;
        private int unsettled;
        private boolean unclean;

        private Session(Instant begun) {
            this.begun = begun;
            this.id = VersionIds.at(Version.micros(begun));
        }

        /** A name for a content that is being made; {@link #settled} must follow. */
        String content() {
            byte[] name = new byte[NAME];
            RANDOM.nextBytes(name);
            return id + "/" + HexFormat.of().formatHex(name);
        }

        /** A content belongs to something, or is gone; if neither is certain, somebody will have to look. */
        void settled(boolean certain) {
            synchronized (Sessions.this) {
                unsettled--;
                unclean |= !certain;
            }
            closeOld();
        }
    }

    Sessions(Records records) {
        this.records = records;
    }

    /** This run of the platform. */
    String run() {
        return run;
    }

    /** The session of now, for something that will be settled. */
    synchronized Session enter() {
        Session session = current();
        session.unsettled++;
        return session;
    }

    /** Makes sure that somebody will look if this run dies. */
    synchronized void require() {
        current();
    }

    private Session current() {
        Instant now = Instant.now();
        if (open.isEmpty() || last().begun.plus(LENGTH).isBefore(now)) {
            Session session = new Session(now);
            records.put(Names.session(session.id), new SessionRecord(Version.micros(now)), Optional.empty());
            open.add(session);
        }
        return last();
    }

    private Session last() {
        return open.get(open.size() - 1);
    }

    /** Something could not be removed, so somebody will have to look for it. */
    synchronized void unclean() {
        if (!open.isEmpty()) {
            last().unclean = true;
        }
    }

    /** Sessions in which something may still become of a content. */
    synchronized Set<String> inUse() {
        return open.stream().map(session -> session.id).collect(Collectors.toSet());
    }

    private void closeOld() {
        List<Session> done;
        synchronized (this) {
            done = open.stream().filter(session -> session != last() && session.unsettled == 0).toList();
            open.removeAll(done);
        }
        done.forEach(this::close);
    }

    /** At the end of the run. */
    void close() {
        List<Session> all;
        synchronized (this) {
            all = List.copyOf(open);
            open.clear();
        }
        all.forEach(this::close);
    }

    private void close(Session session) {
        if (session.unclean || session.unsettled > 0) {
            return;
        }
        try {
            records.delete(Names.session(session.id));
        } catch (BlobException e) {
            LOG.info("A later run will look for what a session has left, although it has left nothing: {}", e.getMessage());
        }
    }
}
