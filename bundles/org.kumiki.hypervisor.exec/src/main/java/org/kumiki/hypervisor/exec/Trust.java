package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.node.Node;

/**
 * Whether a script may be run: what it is, and every directory above it, belongs to root or to us, and nobody else can write it. Looked at
 * anew before each run, because it may have changed.
 */
final class Trust {

    /** As {@code stat} prints it: owner, mode in hexadecimal, name. */
    private static final Pattern LINE = Pattern.compile("(\\d{1,10}) ([0-9a-f]{1,8}) (/.*)");
    private static final Duration TO_LOOK = Duration.ofSeconds(10);
    private static final int TYPE = 0xF000;
    private static final int REGULAR = 0x8000;
    private static final int DIRECTORY = 0x4000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int EXECUTABLE = 0111;

    /** What is known of one file. */
    record Entry(long owner, int mode, String path) {

        static Optional<Entry> of(String line) {
            Matcher matcher = LINE.matcher(line);
            return matcher.matches() ? Optional.of(new Entry(Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2), 16), matcher.group(3)))
                    : Optional.empty();
        }

        /** Why it is not to be trusted. */
        Optional<String> objection(long ourselves) {
            if (owner != 0 && owner != ourselves) {
                return Optional.of(path + " belongs to user " + owner + ": it must belong to root, or to user " + ourselves + ", who runs it");
            }
            boolean others = (mode & WRITABLE_BY_OTHERS) != 0;
            boolean shared = (mode & TYPE) == DIRECTORY && (mode & STICKY) != 0; // others cannot replace what is ours there
            return others && !shared ? Optional.of(path + " may be written by others: chmod go-w " + path) : Optional.empty();
        }

        boolean isScript() {
            return (mode & TYPE) == REGULAR && (mode & EXECUTABLE) != 0;
        }
    }

    private final Node node;
    private volatile String ourselves = "";

    Trust(Node node) {
        this.node = node;
    }

    /**
     * @return the script's real place, if it may be run; links on the way there were followed, and do not count
     * @throws IOException what is wrong, if it may not
     */
    Path check(Path script) throws IOException {
        Node.Finished place = node.run(List.of("realpath", "--canonicalize-existing", "--", script.toString()), TO_LOOK);
        if (!place.succeeded()) {
            throw new IOException("there is no script " + script);
        }
        Path real = Path.of(place.output().strip());
        List<String> command = new ArrayList<>(List.of("stat", "--format=%u %f %n", "--"));
        for (Path each = real; each != null; each = each.getParent()) {
            command.add(each.toString());
        }
        Node.Finished looks = node.run(command, TO_LOOK);
        if (ourselves.isEmpty()) {
            ourselves = node.run(List.of("id", "-u"), TO_LOOK).output().strip();
        }
        Optional<String> objection = objection(looks.output(), command.size() - 3, ourselves);
        if (objection.isPresent()) {
            throw new IOException("a script is not run: " + objection.get());
        }
        return real;
    }

    /** @param listing what {@code stat} says of a script and of all directories above it, the script first */
    static Optional<String> objection(String listing, int entries, String ourselves) {
        List<Entry> found = listing.lines().map(Entry::of).flatMap(Optional::stream).toList();
        if (found.size() != entries || !ourselves.matches("\\d{1,10}")) {
            return Optional.of("its owner cannot be told: " + Words.of(listing));
        }
        if (!found.get(0).isScript()) {
            return Optional.of(found.get(0).path() + " is no file that can be executed");
        }
        return found.stream().map(entry -> entry.objection(Long.parseLong(ourselves))).flatMap(Optional::stream).findFirst();
    }
}
