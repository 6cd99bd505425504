package org.kumiki.hypervisor.xen;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Tag;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with two real hosts. It takes some minutes, and so is a part of {@code kumiki test --xen} only. */
@Tag("guest")
class RealTckTest implements HypervisorTck {

    @Override
    public TestBed testBed() throws Exception {
        assumeTrue(Boolean.getBoolean("kumiki.test.xen"), "it takes long: ./kumiki test --xen");
        return new Xen(List.of(XenMachine.number(1), XenMachine.number(2)));
    }

    private static final class Xen implements TestBed {

        private static final int DISK_MIB = 8;
        /** Everything in dom0 that has to do with a guest: its domains, files and programs. */
        private static final String TRACES = """
                xl list | grep -F -- "$1" | sed 's/ .*//'
                find /var/lib/kumiki /var/log/xen -name "*$1*"
                for pid in /proc/[0-9]*; do tr '\\0\\n' '  ' <"$pid/cmdline" 2>/dev/null | grep -F -- "$1" | grep -vE '^(sh|setsid|timeout|env|grep|find) '; done
                true
                """;

        private final List<XenMachine> machines;
        private volatile XenHypervisor driver;

        Xen(List<XenMachine> machines) {
            this.machines = machines;
            begin();
        }

        private void begin() {
            XenHypervisor made = new XenHypervisor(Guests.SETTINGS);
            machines.forEach(machine -> made.addNode(machine.node()));
            driver = made;
        }

        @Override
        public Object driver() {
            return driver;
        }

        @Override
        public HostId host() {
            return new HostId("xen1");
        }

        @Override
        public HostId destination() {
            return new HostId("xen2");
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            return Guests.spec(id, name);
        }

        @Override
        public GuestSpec stubbornGuest(InstanceId id) {
            return Guests.spec(id, "stubborn", "kumiki.stubborn=yes");
        }

        @Override
        public void awaitReady(InstanceId guest) throws InterruptedException {
            Guests.until(() -> driver.console(host(), guest).text().contains(signature(guest)), () -> driver.console(host(), guest).text());
        }

        @Override
        public String signature(InstanceId guest) {
            return "kumiki guest " + guest + " ready";
        }

        @Override
        public void restart(Runnable meanwhile) {
            driver.stop();
            try {
                meanwhile.run();
            } finally {
                begin();
            }
        }

        @Override
        public void end(InstanceId guest) throws IOException {
            for (XenMachine machine : machines) {
                machine.shell("xl destroy \"$1\" 2>/dev/null || true", guest.value());
            }
        }

        @Override
        public GuestDisk volume(VolumeId id) {
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
        public Set<String> traces(InstanceId guest) throws IOException {
            Set<String> traces = new TreeSet<>();
            for (XenMachine machine : machines) {
                machine.shell(TRACES, guest.value()).lines().forEach(line -> traces.add(machine.node().name() + " " + line.strip()));
            }
            return traces;
        }

        @Override
        public Duration patience() {
            return Duration.ofMinutes(4);
        }

        /** As many as there is memory for. */
        @Override
        public int guestsAtOnce() {
            return 4;
        }

        @Override
        public void close() {
            driver.stop();
        }
    }
}
