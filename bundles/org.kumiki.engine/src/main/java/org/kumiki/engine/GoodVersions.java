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
    private static final String CANDIDATE = ".candidate";

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
        answers.put(origin.service(), new AtomicInteger());
        Bundle bundle = bundles.apply(origin.bundle());
        if (bundle == null) {
            return;
        }
        try {
            Files.createDirectories(directory);
            Path jar = jar(bundle.getLocation());
            if (jar != null && Files.isRegularFile(jar)) {
                Files.copy(jar, directory.resolve(origin.symbolicName() + CANDIDATE), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            LOG.warn("the jar of {} could not be kept; it cannot be brought back later", origin, e);
        }
    }

    void gone(Origin origin) {
        answers.remove(origin.service());
    }

    void answered(Origin origin) {
        AtomicInteger count = answers.get(origin.service());
        if (count != null && count.incrementAndGet() == ANSWERS_TO_BE_GOOD) {
            executor.execute(() -> keep(origin));
        }
    }

    private void keep(Origin origin) {
        Path candidate = directory.resolve(origin.symbolicName() + CANDIDATE);
        if (Files.exists(candidate)) {
            try {
                Files.move(candidate, good(origin), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
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
            Path good = good(bad);
            if (bundle == null || !Files.exists(good) || isSame(good, bad)) {
                LOG.warn("{} is quarantined, and there is no version of it that worked", bad);
                return;
            }
            try (InputStream jar = Files.newInputStream(good)) {
                bundle.update(jar);
                LOG.warn("{} is quarantined; version {} is back in its place", bad, bundle.getVersion());
            } catch (IOException | BundleException e) {
                LOG.error("{} is quarantined, and the version that worked could not be put back", bad, e);
            }
        });
    }

    private boolean isSame(Path good, Origin bad) {
        Path candidate = directory.resolve(bad.symbolicName() + CANDIDATE);
        try {
            return Files.exists(candidate) && Files.mismatch(good, candidate) < 0;
        } catch (IOException e) {
            LOG.warn("{} cannot be compared with {}", good, candidate, e);
            return false;
        }
    }

    private Path good(Origin origin) {
        return directory.resolve(origin.symbolicName() + ".jar");
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
