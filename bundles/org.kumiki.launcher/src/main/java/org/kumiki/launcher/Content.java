package org.kumiki.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import org.osgi.framework.Bundle;

/** What is in a jar, or in a bundle as the framework serves it: the same, whichever of them is asked. Directories are left out. */
record Content(SortedMap<String, Entry> entries) {

    /** One entry's bytes, as often as they are asked for. */
    @FunctionalInterface
    interface Entry {
        InputStream open() throws IOException;
    }

    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

    /** Of a bundle that need not be resolved. Asking it rather than its file leaves no room for two readings of one archive. */
    static Content of(Bundle bundle) {
        SortedMap<String, Entry> entries = new TreeMap<>();
        Deque<String> directories = new ArrayDeque<>();
        directories.add("/");
        while (!directories.isEmpty()) {
            Enumeration<String> names = bundle.getEntryPaths(directories.remove());
            while (names != null && names.hasMoreElements()) {
                String name = names.nextElement();
                if (name.endsWith("/")) {
                    directories.add(name);
                } else {
                    URL url = bundle.getEntry(name);
                    entries.put(name, url::openStream);
                }
            }
        }
        return new Content(entries);
    }

    /** Of a jar, as long as it is open. */
    static Content of(ZipFile jar) {
        SortedMap<String, Entry> entries = new TreeMap<>();
        jar.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> entries.put(entry.getName(), () -> jar.getInputStream(entry)));
        return new Content(entries);
    }

    static String digest(Path jar) throws IOException {
        try (ZipFile file = new ZipFile(jar.toFile())) {
            return of(file).digest();
        }
    }

    /** Whether an entry holds a signature, and so cannot be covered by one. */
    static boolean isSignature(String name) {
        return SIGNATURE.matcher(name).matches();
    }

    /** The same for the same names and bytes. Signatures do not count: to sign once more is not to change. */
    String digest() throws IOException {
        MessageDigest all = sha256();
        for (var entry : entries.entrySet()) {
            if (!isSignature(entry.getKey())) {
                all.update(sha256().digest(entry.getKey().getBytes(StandardCharsets.UTF_8)));
                all.update(digest(entry.getValue()));
            }
        }
        return HexFormat.of().formatHex(all.digest());
    }

    private static byte[] digest(Entry entry) throws IOException {
        try (DigestInputStream in = new DigestInputStream(entry.open(), sha256())) {
            in.transferTo(OutputStream.nullOutputStream());
            return in.getMessageDigest().digest();
        }
    }

    void writeTo(Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.setLevel(Deflater.NO_COMPRESSION);
            for (var entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                try (InputStream in = entry.getValue().open()) {
                    in.transferTo(out);
                }
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
