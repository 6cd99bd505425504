package org.kumiki.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is logged in. In memory alone: a restart logs everybody out. A session ends with its logout, after an hour without a request, after
 * a day, and when the password is changed. Thread-safe.
 */
final class Sessions {

    static final Duration IDLE = Duration.ofHours(1);
    static final Duration LONGEST = Duration.ofDays(1);
    static final int MOST = 100;

    private record Session(String password, Instant begun, Instant seen) {
    }

    private final InstantSource clock;
    private final Map<String, Session> sessions = new LinkedHashMap<>();

    Sessions(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Begins a session.
     *
     * @param password what it was begun with
     * @return the token that stands for it; only its digest is kept
     */
    synchronized String begin(String password) {
        Instant now = clock.instant();
        sessions.values().removeIf(session -> over(session, now));
        if (sessions.size() >= MOST) {
            sessions.entrySet().stream().min(Comparator.comparing(entry -> entry.getValue().seen())).map(Map.Entry::getKey)
                    .ifPresent(sessions::remove);
        }
        String token = Secret.token();
        sessions.put(Secret.digest(token), new Session(Secret.digest(password), now, now));
        return token;
    }

    /** Whether a token stands for a session, begun with the password that is in force. */
    synchronized boolean knows(String token, Optional<String> password) {
        Instant now = clock.instant();
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

    private static boolean over(Session session, Instant now) {
        return now.isAfter(session.seen().plus(IDLE)) || now.isAfter(session.begun().plus(LONGEST));
    }
}
