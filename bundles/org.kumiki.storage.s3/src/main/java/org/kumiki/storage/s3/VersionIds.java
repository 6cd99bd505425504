package org.kumiki.storage.s3;

import java.security.SecureRandom;
import java.util.Optional;

/** Identifiers of versions and uploads: the time, so that they are in order, and something that nobody can guess. */
final class VersionIds {

    private static final int DIGITS = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private VersionIds() {
    }

    static String at(long time) {
        return "%016x%08x".formatted(time, RANDOM.nextInt());
    }

    /** When one was given; nothing if it is none. */
    static Optional<Long> time(String id) {
        boolean ours = id.matches("[0-9a-f]{24}");
        return ours ? Optional.of(Long.parseUnsignedLong(id.substring(0, DIGITS), 16)) : Optional.empty();
    }
}
