package org.kumiki.hypervisor.xen;

import java.nio.file.Path;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;

/**
 * Where the things of one guest are on its node. Its directory is the record that the guest is ours, and goes with it.
 *
 * @param directory that nobody but us may look into
 */
record GuestFiles(Path directory, InstanceId guest) {

    /** Where Xen's programs say what they do; the older ones of each are numbered. */
    static final Path LOGS = Path.of("/var/log/xen");
    /** Where xenconsoled keeps what guests write to their consoles. */
    static final Path CONSOLES = LOGS.resolve("console");

    static GuestFiles of(Path guests, InstanceId guest) {
        return new GuestFiles(guests.resolve(guest.value()), guest);
    }

    /** What its domain is called. */
    String name() {
        return guest.value();
    }

    /** What xl was told of it last. */
    Path config() {
        return directory.resolve("config");
    }

    /** There as long as a domain is being made: if whoever makes it is gone, what there is of the domain is only half of it. */
    Path making() {
        return directory.resolve("making");
    }

    /** What it wrote to its console, kept by xenconsoled, and to its serial port, kept by its device model. */
    Path console() {
        return console(guest);
    }

    static Path console(InstanceId guest) {
        return CONSOLES.resolve("guest-" + guest + ".log");
    }

    /** The same, while its domain is one that has come from another host: it keeps the file of the name under which it came. */
    Path arrivedConsole() {
        return CONSOLES.resolve("guest-" + incoming() + ".log");
    }

    /** What its domain is called until all of it is there. */
    String incoming() {
        return name() + "--incoming";
    }

    /** Whether a file of this name among the logs is about this guest's domain. */
    boolean isLog(String name) {
        return name.matches("(xl|qemu-dm)-" + guest + "(--incoming)?\\.log(\\.\\d+)?");
    }

    /** What was on the console before it was made short. */
    Path olderConsole() {
        return directory.resolve("console");
    }

    /** Which of its disks each of its volumes is. */
    Path places() {
        return directory.resolve("places");
    }

    /** Where volumes are shown as raw files that are none. */
    Path shownDisks() {
        return directory.resolve("disks");
    }

    Path shown(VolumeId volume) {
        return shownDisks().resolve(volume.value());
    }

    /** What a program of a move says: {@code send} or {@code receive}. */
    Path log(String program) {
        return directory.resolve(program + ".log");
    }

    /** The process of a program of a move, or of the one that shows a volume. */
    Path pid(String program) {
        return directory.resolve(program + ".pid");
    }

    /** What xl tells the destination of a move about the domain. */
    Path departure() {
        return directory.resolve("departure");
    }

    /** By what this host shows, to the other side of a move, who it is. */
    Path certificate() {
        return directory.resolve("move.pem");
    }

    /** The certificate that the other side of a move must show. */
    Path peer() {
        return directory.resolve("peer.pem");
    }
}
