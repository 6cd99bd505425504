package org.kumiki.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the jar of each brain that has worked, and puts it back when a later version of the same bundle is quarantined. A framework
 * keeps no older version of a bundle that was updated in place, so somebody must. Thread-safe.
 */
final class GoodVersions {

    private static final Logger LOG = LoggerFactory.getLogger(GoodVersions.class);
    private static final int ANSWERS_TO_BE_GOOD = 10;

    private final LongFunction<Bundle> bundles;
    private final Path directory;
    private final Executor executor;
    private final Map<Long, AtomicInteger> answers = new ConcurrentHashMap<>();

    GoodVersions(LongFunction<Bundle> bundles, Path directory, Executor executor) {
        this.bundles = bundles;
        this.directory = directory;
        this.executor = executor;
    }

    /** Copies the jar of a brain aside while it is still there; whether it is any good is not known yet. */
    void candidate(Origin origin) {
        Bundle bundle = bundles.apply(origin.bundle());
        if (bundle == null) {
            return;
        }
        answers.put(origin.service(), new AtomicInteger());
        try {
            Files.createDirectories(directory);
            Path candidate = candidateOf(origin);
            Files.deleteIfExists(candidate);
            Path jar = jar(bundle.getLocation());
            if (jar != null && Files.isRegularFile(jar)) {
                Files.copy(jar, candidate);
                if (isSame(candidate, badOf(origin))) {
                    Files.delete(candidate); // it lies where the bundle came from, and is not what runs after a roll-back
                }
            }
        } catch (IOException e) {
            LOG.warn("the jar of {} could not be kept; it cannot be brought back later", origin, e);
        }
    }

    void gone(Origin origin) {
        if (answers.remove(origin.service()) == null) {
            return;
        }
        executor.execute(() -> {
            try {
                Files.deleteIfExists(candidateOf(origin));
            } catch (IOException e) {
                LOG.warn("{} could not be deleted", candidateOf(origin), e);
            }
        });
    }

    void answered(Origin origin) {
        AtomicInteger count = answers.get(origin.service());
        if (count != null && count.incrementAndGet() == ANSWERS_TO_BE_GOOD) {
            executor.execute(() -> keep(origin));
        }
    }

    private void keep(Origin origin) {
        Path candidate = candidateOf(origin);
        if (Files.exists(candidate)) {
            try {
                Path copy = Files.copy(candidate, candidate.resolveSibling(candidate.getFileName() + ".copy"), StandardCopyOption.REPLACE_EXISTING);
                Files.move(copy, goodOf(origin), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                LOG.info("{} works; this version is kept", origin);
            } catch (IOException e) {
                LOG.warn("the jar of {} could not be kept; it cannot be brought back later", origin, e);
            }
        }
    }

    /** Puts the last version that worked back in place of one that does not. */
    void rollBack(Origin bad) {
        executor.execute(() -> {
            Bundle bundle = bundles.apply(bad.bundle());
            Path good = goodOf(bad);
            if (bundle == null || !Files.exists(good) || isSame(good, candidateOf(bad))) {
                LOG.warn("{} is quarantined, and there is no version of it that worked", bad);
                return;
            }
            try (InputStream jar = Files.newInputStream(good)) {
                if (Files.exists(candidateOf(bad))) {
                    Files.move(candidateOf(bad), badOf(bad), StandardCopyOption.REPLACE_EXISTING);
                }
                bundle.update(jar);
                LOG.warn("{} is quarantined; version {} is back in its place", bad, bundle.getVersion());
            } catch (IOException | BundleException e) {
                LOG.error("{} is quarantined, and the version that worked could not be put back", bad, e);
            }
        });
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.exists(one) && Files.exists(other) && Files.mismatch(one, other) < 0;
        } catch (IOException e) {
            LOG.warn("{} cannot be compared with {}", one, other, e);
            return false;
        }
    }

    private Path goodOf(Origin origin) {
        return directory.resolve(origin.symbolicName() + ".jar");
    }

    /** The last version that was rolled back. */
    private Path badOf(Origin origin) {
        return directory.resolve(origin.symbolicName() + ".bad");
    }

    /** Each service has its own: a version that has just proved good must not be mistaken for the one that replaces it in that moment. */
    private Path candidateOf(Origin origin) {
        return directory.resolve(origin.symbolicName() + "-" + origin.service() + ".candidate");
    }

    /** The file behind a bundle's location, if it is one. */
    private static Path jar(String location) {
        String plain = location.startsWith("reference:") ? location.substring("reference:".length()) : location;
        try {
            URI uri = URI.create(plain);
            return "file".equals(uri.getScheme()) ? Path.of(uri) : null;
        } catch (IllegalArgumentException e) {
            LOG.debug("bundle location {} names no file", location, e);
            return null;
        }
    }
}
