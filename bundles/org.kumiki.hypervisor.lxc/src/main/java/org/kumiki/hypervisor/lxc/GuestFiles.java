package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.InstanceId;

/**
 * Where the things of one guest are on its node.
 *
 * @param directory what lasts: a directory that nobody but us may look into, and that goes with the guest
 * @param name      of the guest wherever all guests of a kernel have one: its mounts, control groups, network
 */
record GuestFiles(Path directory, String name) {

    /** What the kernel lets the name of a unix socket be. */
    private static final int LONGEST_SOCKET = 107;
    /** Guests' own users must be able to pass, which they are not below a data directory. */
    static final Path STAGES = Path.of("/run/kumiki-lxc/stage");
    static final Path NETWORKS = Path.of("/run/kumiki-lxc/network");

    /** Several hosts may share one kernel, and a guest that moves is on two of them. */
    static GuestFiles of(Path guests, InstanceId guest, String node) {
        return new GuestFiles(guests.resolve(guest.value()), guest + "@" + node);
    }

    /** Where a guest cannot run, what there is of it can still be looked for and taken away. */
    void requireRoomForSocket() {
        int length = slirp().toString().getBytes(UTF_8).length;
        if (length > LONGEST_SOCKET) {
            throw new HypervisorException(HypervisorException.Reason.UNAVAILABLE, "the data directory's path is too long by "
                    + (length - LONGEST_SOCKET) + " bytes: no unix socket can be made at " + slirp());
        }
    }

    /** What LXC is told; it looks for it here, where it takes the stages for its containers. */
    Path config() {
        return stage().resolve("config");
    }

    /** Where LXC's process for it is asked, as the kernel lists it: a socket that has a name and no file. */
    String socket() {
        return "@" + stage() + "/command";
    }

    /** The number of its range of users, while it runs. */
    Path ids() {
        return directory.resolve("ids");
    }

    /** What the guest wrote to its console, kept short by LXC. */
    Path console() {
        return directory.resolve("console");
    }

    /** What it wrote before that. */
    Path olderConsole() {
        return directory.resolve("console.1");
    }

    /** What LXC complains of. */
    Path log() {
        return directory.resolve("lxc.log");
    }

    /** Where its network is told which ports to forward. */
    Path slirp() {
        return directory.resolve("slirp");
    }

    /** Its root disk as a file with every byte in its place, whatever format the volume has. */
    Path disk() {
        return directory.resolve("disk");
    }

    /** What the files of a program that works for it begin with. */
    Path program(String program) {
        return directory.resolve(program);
    }

    /** The process id of a program that works for it. */
    Path pid(String program) {
        return directory.resolve(program + ".pid");
    }

    /** What a program that works for it complains of. */
    Path log(String program) {
        return directory.resolve(program + ".log");
    }

    /** Where its root is laid out while it runs. */
    Path stage() {
        return STAGES.resolve(name);
    }

    Path root() {
        return stage().resolve("root");
    }

    /** Where its disk is mounted. */
    Path upper() {
        return stage().resolve("disk");
    }

    /** Its {@code resolv.conf}. */
    Path resolver() {
        return stage().resolve("resolv.conf");
    }

    /** What stands for its network namespace, to whoever enters it. */
    Path namespaceFile() {
        return NETWORKS.resolve(name);
    }
}
