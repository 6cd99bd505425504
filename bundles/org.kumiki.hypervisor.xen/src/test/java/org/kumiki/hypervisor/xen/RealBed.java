package org.kumiki.hypervisor.xen;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;

/** The bed of a driver on real hosts, whatever the driver is: what there is of a guest in their dom0s, and what is done there beside the driver. */
class RealBed extends XenBed {

    private static final int DISK_MIB = 8;
    /**
     * Everything in dom0 that has to do with a guest: its domains, files and programs, but for the log that libvirt keeps of each name that a domain
     * ever had. For programs that is looked for without starting any for each; what a node's own scripts begin with is none of the guest's.
     */
    private static final String TRACES = """
            xl list | grep -F -- "$1" | sed 's/ .*//'
            find /var/lib/kumiki /var/log/xen /etc/libvirt /var/lib/libvirt -name "*$1*"
            for process in /proc/[0-9]*; do
                words=
                read -r words 2>/dev/null <"$process/cmdline"
                case $words in
                *"$1"*) tr '\\0\\n' '  ' <"$process/cmdline" 2>/dev/null | grep -vE '^(sh|setsid|timeout|env|grep|find) ' ;;
                esac
            done
            true
            """;

    private final List<XenMachine> machines;
    private final HostId host;

    /** @param host the first machine as its driver calls it */
    RealBed(List<XenMachine> machines, HostId host, Supplier<Running> begin) {
        super(begin);
        this.machines = machines;
        this.host = host;
    }

    /** Such tests are asked for by themselves. */
    static void assumeWanted() {
        assumeTrue(Boolean.getBoolean("kumiki.test.xen"), "it takes long: ./kumiki test --xen");
    }

    @Override
    public final HostId host() {
        return host;
    }

    @Override
    public final void awaitReady(InstanceId guest) throws InterruptedException {
        Guests.until(() -> driver().console(host, guest).text().contains(signature(guest)), () -> driver().console(host, guest).text());
    }

    @Override
    public final void end(InstanceId guest) throws IOException {
        for (XenMachine machine : machines) {
            machine.shell("xl destroy \"$1\" 2>/dev/null || true", guest.value());
        }
    }

    @Override
    public final GuestDisk volume(VolumeId id) {
        Path file = Path.of("/var/lib", id.value());
        try {
            for (XenMachine machine : machines) {
                machine.shell("truncate -s \"$1\" \"$2\"", DISK_MIB + "M", file.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new GuestDisk(id, new Disk(file, Disk.Format.RAW, DISK_MIB), "/dev/sdf");
    }

    @Override
    public final Set<String> traces(InstanceId guest) throws IOException {
        Set<String> traces = new TreeSet<>();
        for (XenMachine machine : machines) {
            machine.shell(TRACES, guest.value()).lines().forEach(line -> traces.add(machine.node().name() + " " + line.strip()));
        }
        return traces;
    }

    @Override
    public final Duration patience() {
        return Duration.ofMinutes(4);
    }

    /** As many as there is memory for. */
    @Override
    public final int guestsAtOnce() {
        return 4;
    }
}
