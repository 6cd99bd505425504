package org.kumiki.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The bundles of a distribution, each with the start level that {@code framework.properties} gives it. */
record Distribution(List<Member> members, String fingerprint) {

    /** A jar of {@code bundle/}; {@code location} is what the framework knows it by. */
    record Member(String location, int startLevel) {
    }

    private static final String REFERENCE = "reference:";
    private static final String START_LEVEL = "kumiki.startlevel.";

    /** The jar that one of our bundles is read from. */
    Optional<Path> jar(String location) {
        return members.stream().map(Member::location).filter(location::equals).findFirst()
                .map(found -> Path.of(URI.create(found.substring(REFERENCE.length()))));
    }

    static Distribution of(Settings settings) throws IOException {
        List<Path> jars;
        try (Stream<Path> entries = Files.list(settings.home().resolve("bundle"))) {
            jars = entries.filter(jar -> jar.toString().endsWith(".jar")).sorted().toList();
        }
        int usual = Integer.parseInt(settings.get("felix.startlevel.bundle"));
        List<Member> members = new ArrayList<>();
        StringBuilder facts = new StringBuilder(System.getProperty("java.version"));
        settings.properties().forEach((name, value) -> {
            if (name.startsWith("org.osgi.framework") || name.startsWith(START_LEVEL)) {
                facts.append(name).append(value);
            }
        });
        for (Path jar : jars) {
            // The framework reads the jar where it is: no copy to make, none to go stale.
            members.add(new Member(REFERENCE + jar.toUri(), startLevel(jar, settings.properties(), usual)));
            facts.append(jar).append(Files.size(jar)).append(Files.getLastModifiedTime(jar).toMillis());
        }
        if (members.isEmpty()) {
            throw new IOException("no bundles in " + settings.home().resolve("bundle"));
        }
        members.sort(Comparator.comparingInt(Member::startLevel));
        return new Distribution(List.copyOf(members), digest(facts.toString()));
    }

    private static int startLevel(Path jar, Map<String, String> properties, int usual) {
        String name = jar.getFileName().toString();
        for (String property : new TreeSet<>(properties.keySet())) {
            if (property.startsWith(START_LEVEL)) {
                Set<String> names = Set.of(properties.get(property).trim().split("[,\\s]+"));
                if (names.stream().anyMatch(symbolicName -> name.startsWith(symbolicName + "-") || name.equals(symbolicName + ".jar"))) {
                    return Integer.parseInt(property.substring(START_LEVEL.length()));
                }
            }
        }
        return usual;
    }

    private static String digest(String facts) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(facts.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
