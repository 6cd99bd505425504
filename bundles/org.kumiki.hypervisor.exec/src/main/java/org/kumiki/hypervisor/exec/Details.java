package org.kumiki.hypervisor.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What CloudStack calls external details: pairs that an operator has for an extension, in scopes.
 *
 * @param open    by scope and key
 * @param secrets files of the platform's machine that hold the value alone, by scope and key; read each time anew
 */
record Details(Map<Key, String> open, Map<Key, Path> secrets) {

    static final Set<String> SCOPES = Set.of("extension", "host", "resourcemap", "virtualmachine");

    private static final Set<PosixFilePermission> OWNER = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final int LONGEST_SECRET = 64 << 10;

    /** What a detail is found by. */
    record Key(String scope, String name) implements Comparable<Key> {

        Key {
            if (!SCOPES.contains(scope) || name.isBlank()) {
                throw new IllegalArgumentException("a detail is SCOPE.KEY=value, with a scope of " + SCOPES + ": " + scope + "." + name);
            }
        }

        @Override
        public int compareTo(Key other) {
            return (scope + "." + name).compareTo(other.scope + "." + other.name);
        }
    }

    Details {
        open = Map.copyOf(open);
        secrets = Map.copyOf(secrets);
        secrets.values().forEach(file -> {
            if (!file.isAbsolute()) {
                throw new IllegalArgumentException("the path of a secret is absolute: " + file);
            }
        });
    }

    static Details of(String[] open, String[] secrets) {
        Map<Key, String> pairs = new TreeMap<>();
        for (String pair : open) {
            pairs.put(key(pair), value(pair));
        }
        Map<Key, Path> files = new TreeMap<>();
        for (String pair : secrets) {
            files.put(key(pair), Path.of(value(pair)));
        }
        return new Details(pairs, files);
    }

    private static Key key(String pair) {
        int dot = pair.indexOf('.');
        int equals = pair.indexOf('=');
        if (dot < 0 || equals < dot) {
            throw new IllegalArgumentException("a detail is SCOPE.KEY=value: " + pair.replaceAll("=.*", "=…"));
        }
        return new Key(pair.substring(0, dot).strip(), pair.substring(dot + 1, equals).strip());
    }

    private static String value(String pair) {
        return pair.substring(pair.indexOf('=') + 1).strip();
    }

    /** All of them, the secrets too. */
    Map<Key, String> read() throws IOException {
        Map<Key, String> all = new TreeMap<>(open);
        for (Map.Entry<Key, Path> secret : secrets.entrySet()) {
            all.put(secret.getKey(), secret(secret.getValue()));
        }
        return all;
    }

    private static String secret(Path file) throws IOException {
        if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException("a secret may be read by others: chmod 600 " + file);
        }
        if (Files.size(file) > LONGEST_SECRET) {
            throw new IOException("a secret is longer than " + LONGEST_SECRET + " bytes: " + file);
        }
        return Files.readString(file, UTF_8).strip();
    }
}
