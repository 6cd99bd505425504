package org.kumiki.hypervisor.uml;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.network.NetworkLink;

/**
 * The argument vector of a guest's keeper, and with it those of all that it starts. A pure function: the same guest, the same vector.
 * <p>
 * Nothing that a client chose freely gets here: a guest is called by its identifier, not its name, and its image's kernel command line is for
 * another kernel. What remains are paths, numbers and addresses; paths that User-Mode Linux would split are only in arguments of others, and it knows
 * the same files by names in its jail.
 *
 * @param root      whether we are root on the node, and so may bind every port there
 * @param program   User-Mode Linux
 * @param libraries what it is linked with
 * @param network   the QEMU whose networks guests have
 */
record Machine(boolean root, Path program, List<Path> libraries, String network) {

    /** Of the file system that holds the guest's memory: what the memory is not. */
    private static final long ROOM_MIB = 64;
    private static final String KEEPER = Commands.script("keeper.pl");

    /** @param initrd the image's first root file system, with modules for this kernel */
    List<String> keeper(GuestSpec guest, GuestFiles files, Path initrd) {
        // In a namespace of its own, it may mount what the storage daemon shows, also where it is nobody; and all of that goes with it.
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "shared"));
        if (!root) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("perl", "-e", KEEPER, files.directory().toString()));
        command.addAll(disks(guest));
        command.add("--");
        command.addAll(withKeeper("KILL", Wire.command(network, guest.link())));
        command.add("--");
        command.addAll(jail(guest, files, initrd));
        command.addAll(kernel(guest));
        return List.copyOf(command);
    }

    private static List<String> disks(GuestSpec guest) {
        List<String> command = new ArrayList<>(List.of("qemu-storage-daemon", "--pidfile", "disks.pid", "--chardev",
                "socket,id=qmp,path=disks.qmp,server=on,wait=off", "--monitor", "chardev=qmp"));
        Drives.of(guest).forEach((name, disk) -> command.addAll(List.of("--blockdev", Drives.open(disk).toString(),
                "--export", Drives.show(disk, name).toString())));
        return withKeeper("TERM", command); // by that it writes what it still holds
    }

    /** A program that is sent a signal if its keeper is killed. */
    private static List<String> withKeeper(String signal, List<String> command) {
        if (command.isEmpty()) {
            return command;
        }
        List<String> whole = new ArrayList<>(List.of("setpriv", "--pdeathsig", signal));
        whole.addAll(command);
        return whole;
    }

    /** A guest's root can make its kernel do what it likes, and to the host that kernel is a program. So it sees nothing but what is its own. */
    private List<String> jail(GuestSpec guest, GuestFiles files, Path initrd) {
        List<String> command = new ArrayList<>(List.of("bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent",
                "--cap-drop", "ALL", "--clearenv", "--setenv", "TMPDIR", "/memory", "--setenv", "HOME", "/memory", "--hostname", "guest",
                "--ro-bind", program.toString(), "/linux", "--ro-bind", initrd.toString(), "/initrd"));
        libraries.forEach(library -> command.addAll(List.of("--ro-bind", library.toString(), library.toString())));
        command.addAll(List.of("--size", Long.toString(guest.resources().memoryMiB() + ROOM_MIB << 20), "--tmpfs", "/memory", "--dev", "/dev",
                "--bind", files.machine().toString(), "/machine", "--bind", files.disks().toString(), "/disks", "--chdir", "/machine"));
        return command;
    }

    private static List<String> kernel(GuestSpec guest) {
        List<String> command = new ArrayList<>(List.of("/linux", "mem=" + guest.resources().memoryMiB() + "M", "initrd=/initrd",
                "uml_dir=/machine/", "umid=uml", "mconsole=notify:/machine/notices",
                "con=null", "ssl=null", "con0=null,fd:1", "console=tty0", "quiet"));
        Drives.of(guest).keySet().forEach(name -> command.add(name + "=/disks/" + name));
        if (!(guest.link() instanceof NetworkLink.None)) {
            command.add("vec0:transport=bess,dst=/machine/net,mac=" + guest.link().mac());
        }
        return command;
    }
}
