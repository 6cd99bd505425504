package org.kumiki.hypervisor.incus;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our images, as the server has them: each is taken there once, is found again by what it was made of, and goes when no container has been of it
 * for a while. Thread-safe.
 */
final class Images {

    private static final Logger LOG = LoggerFactory.getLogger(Images.class);
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    private static final String ALL = "/1.0/images?recursion=1";

    /** Something that is made of an image, which does not go meanwhile. */
    interface Use {

        void of(String fingerprint) throws IOException, InterruptedException;
    }

    private final Api api;
    private final String architecture;
    private final Map<String, String> names = new ConcurrentHashMap<>();
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();
    private final Object taking = new Object();

    Images(Api api, String architecture) {
        this.api = api;
        this.architecture = architecture;
    }

    /** Makes something of an image, which is taken to the server first if it is not there. */
    void use(Path initrd, Use use) throws IOException, InterruptedException {
        inUse.readLock().lockInterruptibly();
        try {
            use.of(fingerprint(initrd));
        } finally {
            inUse.readLock().unlock();
        }
    }

    private String fingerprint(Path initrd) throws IOException, InterruptedException {
        String name = name(initrd);
        synchronized (taking) { // nobody takes the same one a second time
            Optional<String> there = find(name);
            return there.isPresent() ? there.get() : take(initrd, name);
        }
    }

    private Optional<String> find(String name) throws IOException, InterruptedException {
        for (JsonNode image : api.get(ALL)) {
            String fingerprint = image.path("fingerprint").asText();
            if (name.equals(image.path("properties").path(RootImage.PROPERTY).asText()) && FINGERPRINT.matcher(fingerprint).matches()) {
                return Optional.of(fingerprint);
            }
        }
        return Optional.empty();
    }

    private String take(Path initrd, String name) throws IOException, InterruptedException {
        Path archive = Files.createTempFile("kumiki-incus", ".tar.gz");
        try {
            try (InputStream in = Files.newInputStream(initrd); OutputStream out = new Quick(Files.newOutputStream(archive))) {
                RootImage.write(in, name, architecture, out);
            } catch (IOException e) {
                throw new HypervisorException(Reason.REFUSED, "the first root file system of the image makes no container: " + e.getMessage(), e);
            }
            String fingerprint = api.upload("/1.0/images", archive).path("fingerprint").asText();
            LOG.info("{} has taken in an image of {} bytes", api, Files.size(archive));
            return FINGERPRINT.matcher(fingerprint).matches() ? fingerprint
                    : find(name).orElseThrow(() -> new IOException(api + " has taken an image in, and does not have it"));
        } finally {
            Files.delete(archive);
        }
    }

    /** It is on its way for a shorter time than it would take to make it smaller. */
    private static final class Quick extends GZIPOutputStream {

        Quick(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** By which an image is known: what is in its first root file system, and how it was taken over. */
    private String name(Path initrd) throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(initrd, BasicFileAttributes.class);
            String stamp = initrd + " " + now.size() + " " + now.lastModifiedTime() + " " + now.fileKey();
            String known = names.get(stamp);
            if (known == null) {
                known = digest(initrd);
                names.put(stamp, known);
            }
            return known;
        } catch (NoSuchFileException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, "the image's first root file system is not there: " + initrd, e);
        }
    }

    private static String digest(Path initrd) throws IOException {
        try (InputStream in = Files.newInputStream(initrd)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                digest.update(buffer, 0, length);
            }
            return RootImage.FORM + "-" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** Takes away what nobody has used for so long. */
    void sweep(Duration keep) throws IOException, InterruptedException {
        inUse.writeLock().lockInterruptibly();
        try {
            Set<String> used = new HashSet<>();
            for (JsonNode instance : api.get("/1.0/instances?recursion=1")) {
                used.add(instance.path("config").path("volatile.base_image").asText());
            }
            Instant since = Instant.now().minus(keep);
            for (JsonNode image : api.get(ALL)) {
                String fingerprint = image.path("fingerprint").asText();
                if (isOurs(image) && !used.contains(fingerprint) && !lastUse(image).isAfter(since) && FINGERPRINT.matcher(fingerprint).matches()) {
                    api.delete("/1.0/images/" + fingerprint);
                    LOG.info("{} has given up an image that nobody used", api);
                }
            }
        } finally {
            inUse.writeLock().unlock();
        }
    }

    private static boolean isOurs(JsonNode image) {
        return image.path("properties").has(RootImage.PROPERTY);
    }

    private static Instant lastUse(JsonNode image) {
        Instant uploaded = instant(image.path("uploaded_at").asText());
        Instant used = instant(image.path("last_used_at").asText());
        return used.isAfter(uploaded) ? used : uploaded;
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.EPOCH; // never
        }
    }
}
