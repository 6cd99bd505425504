package org.kumiki.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.osgi.framework.Version;

/**
 * Which version of each signed bundle ran last, and of what bytes: a signature says who made a bundle, not that it is still the one
 * to run. The file is the truth, so whoever may edit it can let an older version in again.
 */
record AcceptedVersions(Path file, Path kept) {

    private static final Pattern SYMBOLIC_NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private record Accepted(Version version, String digest) {

        static Accepted parse(String text) {
            String[] words = text.split(" ");
            return new Accepted(Version.valueOf(words[0]), words[1]);
        }

        @Override
        public String toString() {
            return version + " " + digest;
        }
    }

    /** What ran last may run again, and what is newer; and what the platform itself keeps to roll back to. */
    void check(String symbolicName, Version version, String digest) throws BundleRefused, IOException {
        if (!SYMBOLIC_NAME.matcher(symbolicName).matches()) {
            throw new BundleRefused("its symbolic name is none by OSGi's rules");
        }
        Accepted last = read().get(symbolicName);
        if (last == null || last.version.compareTo(version) < 0 || last.digest.equals(digest)) {
            return;
        }
        Path jar = kept.resolve(symbolicName + ".jar");
        if (Files.exists(jar) && Content.digest(jar).equals(digest)) {
            return;
        }
        String what = last.version.equals(version) ? "other bytes ran as the same version before" : "version " + last.version + " ran before";
        throw new BundleRefused(what + "; give it a higher version, or delete the line of " + symbolicName + " in " + file
                + " and put the bundle there again");
    }

    void remember(String symbolicName, Version version, String digest) throws IOException {
        Map<String, Accepted> all = read();
        Accepted accepted = new Accepted(version, digest);
        if (accepted.equals(all.put(symbolicName, accepted))) {
            return;
        }
        String text = all.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue() + "\n").collect(Collectors.joining());
        Path aside = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Map<String, Accepted> read() throws IOException {
        Map<String, Accepted> all = new TreeMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int space = line.indexOf(' ');
                try {
                    all.put(line.substring(0, space), Accepted.parse(line.substring(space + 1)));
                } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                    throw new IOException(file + " has a line that it should not have: " + line, e);
                }
            }
        }
        return all;
    }
}
