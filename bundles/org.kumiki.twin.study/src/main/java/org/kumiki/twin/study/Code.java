package org.kumiki.twin.study;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** What programs are, in a number: the same classes have the same, whether they are in a jar or in a folder. */
final class Code {

    private static final String CLASS = ".class";

    private Code() {
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Of all classes of the jar or folder that a class is from. */
    static String digest(Class<?> from) {
        try {
            return digest(Path.of(from.getProtectionDomain().getCodeSource().getLocation().toURI()));
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException("classes are in files", e);
        }
    }

    /** Of all classes in a jar or folder. */
    static String digest(Path place) {
        MessageDigest all = sha256();
        try {
            if (Files.isDirectory(place)) {
                folder(place, all);
            } else {
                jar(place, all);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(place + " cannot be read: " + e.getMessage(), e);
        }
        return hex(all);
    }

    private static void folder(Path place, MessageDigest all) throws IOException {
        List<Path> classes;
        try (Stream<Path> files = Files.walk(place)) {
            classes = files.filter(file -> file.toString().endsWith(CLASS)).sorted().toList();
        }
        for (Path file : classes) {
            add(all, place.relativize(file).toString(), Files.readAllBytes(file));
        }
    }

    private static void jar(Path place, MessageDigest all) throws IOException {
        try (JarFile jar = new JarFile(place.toFile())) {
            List<JarEntry> classes = jar.stream().filter(each -> each.getName().endsWith(CLASS)).sorted(Comparator.comparing(JarEntry::getName)).toList();
            for (JarEntry entry : classes) {
                try (InputStream bytes = jar.getInputStream(entry)) {
                    add(all, entry.getName(), bytes.readAllBytes());
                }
            }
        }
    }

    private static void add(MessageDigest all, String name, byte[] bytes) {
        all.update((name.replace('\\', '/') + " " + bytes.length + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        all.update(bytes);
    }
}
