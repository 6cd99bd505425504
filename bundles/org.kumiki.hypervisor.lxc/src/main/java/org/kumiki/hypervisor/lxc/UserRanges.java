package org.kumiki.hypervisor.lxc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.node.Node;

/**
 * Which guest has which range of users, for all hosts of one kernel. A range is taken by making a link that says whose it is, which can be
 * done once, and which {@code guest.pl} does. With the machine they are all gone. Thread-safe.
 */
final class UserRanges {

    private static final Path TAKEN = Path.of("/run/kumiki-lxc/users");
    private static final Duration TO_LINK = Duration.ofSeconds(10);

    private final Node node;
    private final LxcSettings settings;
    /** Those that guests of ours are about to take. */
    private final Set<Integer> promised = new HashSet<>();

    UserRanges(Node node, LxcSettings settings) {
        this.node = node;
        this.settings = settings;
    }

    /** A range that seems to be free, and is not offered again before it is {@linkplain #settled settled}. */
    synchronized int offer() throws IOException {
        Set<String> taken = new HashSet<>(node.list(TAKEN));
        for (int number = 0; number < settings.mostGuests(); number++) {
            if (!taken.contains(Integer.toString(number)) && promised.add(number)) {
                return number;
            }
        }
        throw new HypervisorException(Reason.EXHAUSTED, "all " + settings.mostGuests() + " ranges of users are taken");
    }

    /** It is taken by now, or will not be. */
    synchronized void settled(int number) {
        promised.remove(number);
    }

    /** The first user of a range. */
    int first(int number) {
        return settings.firstId() + number * LxcSettings.IDS;
    }

    void release(GuestFiles files) throws IOException {
        String number = node.text(files.ids(), 16).strip();
        if (number.matches("\\d{1,5}")) {
            release(files, Integer.parseInt(number));
        }
        node.delete(files.ids());
    }

    /** Releases a range, if it is this guest's. */
    void release(GuestFiles files, int number) throws IOException {
        if (node.run(List.of("readlink", link(number).toString()), TO_LINK).output().strip().equals(files.name())) {
            node.delete(link(number));
        }
    }

    /** What takes a range, if it can be made: a link to whose it is. */
    static Path link(int number) {
        return TAKEN.resolve(Integer.toString(number));
    }
}
