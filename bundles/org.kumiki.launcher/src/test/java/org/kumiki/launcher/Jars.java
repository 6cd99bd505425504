package org.kumiki.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Makes bundles, and changes them as whoever has no key would. */
final class Jars {

    private Jars() {
    }

    /** A bundle with one class (of no use) and one resource. */
    static Path bundle(Path jar, String symbolicName, String version, String... headers) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        String manifest = "Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-SymbolicName: " + symbolicName + "\nBundle-Version: "
                + version + "\n";
        entries.put("META-INF/MANIFEST.MF", (manifest + String.join("", Stream.of(headers).map(header -> header + "\n").toList())).getBytes(UTF_8));
        entries.put("vendor/Thing.class", new byte[] { (byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe });
        entries.put("vendor/thing.txt", (symbolicName + " " + version).getBytes(UTF_8));
        return write(jar, entries);
    }

    static Path changed(Path jar, Path changed, String name, UnaryOperator<byte[]> change) {
        Map<String, byte[]> entries = read(jar);
        entries.put(name, change.apply(entries.get(name)));
        return write(changed, entries);
    }

    static Path with(Path jar, Path changed, String name, String text) {
        Map<String, byte[]> entries = read(jar);
        entries.put(name, text.getBytes(UTF_8));
        return write(changed, entries);
    }

    static UnaryOperator<byte[]> text(String old, String replacement) {
        return bytes -> new String(bytes, UTF_8).replace(old, replacement).getBytes(UTF_8);
    }

    static Path without(Path jar, Path changed, String name) {
        Map<String, byte[]> entries = read(jar);
        entries.remove(name);
        return write(changed, entries);
    }

    static byte[] entry(Path jar, String name) {
        return read(jar).get(name);
    }

    private static Map<String, byte[]> read(Path jar) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile file = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                try (InputStream in = file.getInputStream(entry)) {
                    entries.put(entry.getName(), in.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    private static Path write(Path jar, Map<String, byte[]> entries) {
        try (OutputStream file = Files.newOutputStream(jar); ZipOutputStream out = new ZipOutputStream(file)) {
            for (var entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }
}
