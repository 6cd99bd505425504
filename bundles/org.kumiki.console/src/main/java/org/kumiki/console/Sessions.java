package org.kumiki.console;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who is logged in. In memory alone: a restart logs everybody out. A session ends with its logout, after an hour without a request, after
 * a day, and when the password is changed. Thread-safe.
 */
final class Sessions {

    static final Duration IDLE = Duration.ofHours(1);
    static final Duration LONGEST = Duration.ofDays(1);
    static final int MOST = 100;

    /** The moments are nanoseconds of a clock that nobody can set. */
    private record Session(String password, long begun, long seen) {
    }

    private final LongSupplier clock;
    private final Map<String, Session> sessions = new LinkedHashMap<>();

    /** @param clock in nanoseconds, like {@link System#nanoTime()} */
    Sessions(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Begins a session.
     *
     * @param password what it was begun with
     * @return the token that stands for it; only its digest is kept
     */
    synchronized String begin(String password) {
        long now = clock.getAsLong();
        sessions.values().removeIf(session -> over(session, now));
        if (sessions.size() >= MOST) {
            sessions.entrySet().stream().max(Comparator.comparingLong(entry -> now - entry.getValue().seen())).map(Map.Entry::getKey)
                    .ifPresent(sessions::remove);
        }
        String token = Secret.token();
        sessions.put(Secret.digest(token), new Session(Secret.digest(password), now, now));
        return token;
    }

    /** Whether a token stands for a session, begun with the password that is in force. */
    synchronized boolean knows(String token, Optional<String> password) {
        long now = clock.getAsLong();
        String key = Secret.digest(token);
        Session session = sessions.get(key);
        if (session == null) {
            return false;
        }
        if (over(session, now) || password.isEmpty() || !session.password().equals(Secret.digest(password.get()))) {
            sessions.remove(key);
            return false;
        }
        sessions.put(key, new Session(session.password(), session.begun(), now));
        return true;
    }

    synchronized void end(String token) {
        sessions.remove(Secret.digest(token));
    }

    private static boolean over(Session session, long now) {
        return now - session.seen() > IDLE.toNanos() || now - session.begun() > LONGEST.toNanos();
    }
}
