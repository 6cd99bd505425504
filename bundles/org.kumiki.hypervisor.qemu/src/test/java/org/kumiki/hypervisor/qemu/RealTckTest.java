package org.kumiki.hypervisor.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;
import org.kumiki.testing.guest.TwoHosts;

/** What every driver must do, with real guests of the built-in image, whose files are named as for {@link RealGuestTest}. */
@Tag("guest")
class RealTckTest implements HypervisorTck {

    @TempDir
    Path temp;

    @Override
    public TestBed testBed() throws IOException {
        return new Qemu(temp);
    }

    private static final class Qemu extends TwoHosts<QemuHypervisor> {

        private static final QemuSettings SETTINGS = new QemuSettings("qemu-system-x86_64", 8, 0.8, 1, Duration.ofSeconds(40), true, 0);

        Qemu(Path temp) throws IOException {
            super(temp, 256, "console=ttyS0 panic=1", Qemu::on, QemuHypervisor::stop);
        }

        private static QemuHypervisor on(List<Node> nodes) {
            QemuHypervisor driver = new QemuHypervisor(SETTINGS);
            nodes.forEach(driver::addNode);
            return driver;
        }

        @Override
        public void end(InstanceId guest) {
            try (Stream<ProcessHandle> processes = processes(guest)) {
                processes.forEach(ProcessHandle::destroyForcibly);
            }
        }

        /** It sits in its firmware, which finds nothing to boot and looks at no button. */
        @Override
        public GuestSpec stubbornGuest(InstanceId id) {
            GuestSpec plain = guest(id, "stubborn");
            return new GuestSpec(id, plain.name(), plain.resources(), new BootSource.Firmware(),
                    Optional.of(volume(new VolumeId("vol-" + id.value().substring(2)))), List.of(), plain.link());
        }

        @Override
        protected List<Path> places(HostId host, InstanceId guest) {
            return List.of(directory(host).resolve("qemu").resolve(guest.value()), Path.of("/sys/fs/cgroup/pids/kumiki", guest + "@" + host),
                    Path.of("/sys/fs/cgroup/kumiki", guest + "@" + host));
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(150);
        }

        /** Each takes 256 MiB and one of few CPUs. */
        @Override
        public int guestsAtOnce() {
            return 2;
        }
    }
}
