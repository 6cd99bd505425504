package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;
import org.kumiki.testing.guest.BootSector;

/** What every driver must do, with machines of QEMU by a real libvirt. */
@Tag("guest")
class RealQemuTckTest implements HypervisorTck {

    @TempDir
    Path temp;

    @Override
    public TestBed testBed() throws Exception {
        return new Bed(temp);
    }

    static final class Bed extends DaemonBed {

        private final Path temp;

        Bed(Path temp) throws IOException, InterruptedException {
            super(temp, "qemu+unix:///system?socket=SOCKET", Optional.empty());
            this.temp = temp;
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            return Machines.small(temp, id, name);
        }

        @Override
        public void awaitReady(InstanceId guest) throws InterruptedException {
            long end = System.nanoTime() + patience().toNanos();
            while (!driver().console(host(), guest).text().contains(signature(guest))) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("a guest is not ready: " + driver().console(host(), guest).text());
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }

        @Override
        public String signature(InstanceId guest) {
            return BootSector.ready(guest);
        }

        @Override
        public void end(InstanceId guest) throws Exception {
            PrivateDaemon.processes(guest).forEach(ProcessHandle::destroyForcibly);
            daemon().awaitOff("qemu:///system", guest);
        }

        /** It sits in its firmware, which finds nothing to boot and looks at no button. */
        @Override
        public GuestSpec stubbornGuest(InstanceId id) {
            GuestSpec plain = guest(id, "stubborn");
            return new GuestSpec(id, plain.name(), plain.resources(), new BootSource.Firmware(),
                    Optional.of(volume(plain.root().orElseThrow().volume())), List.of(), plain.link());
        }

        @Override
        public GuestDisk volume(VolumeId id) {
            Path file = temp.resolve(id.value());
            try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
                raw.setLength((long) Machines.DISK_MIB << 20);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new GuestDisk(id, new Disk(file, Disk.Format.RAW, Machines.DISK_MIB), "/dev/sdf");
        }

        /** Each takes one of few CPUs while its firmware works. */
        @Override
        public int guestsAtOnce() {
            return 2;
        }
    }
}
