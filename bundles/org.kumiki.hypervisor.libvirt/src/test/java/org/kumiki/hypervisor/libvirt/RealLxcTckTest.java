package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with containers by a real libvirt. */
@Tag("guest")
class RealLxcTckTest implements HypervisorTck {

    @TempDir
    Path temp;

    @Override
    public TestBed testBed() throws Exception {
        return new Bed(temp, ContainerRoot.make(temp.resolve("root")));
    }

    private static final class Bed extends DaemonBed {

        private static final long TERMINATION = 1L << 15 - 1;

        private final Path root;

        Bed(Path temp, Path root) throws IOException, InterruptedException {
            super(temp, "lxc+unix:///system?socket=SOCKET", Optional.of(root));
            this.root = root;
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            return new GuestSpec(id, name, new Resources(1, 64, 64, 10), new BootSource.Nothing(), Optional.empty(), List.of(),
                    new NetworkLink.None("02:4b:4d:1f:10:00"));
        }

        @Override
        public GuestSpec stubbornGuest(InstanceId id) {
            ContainerRoot.makeStubborn(root, id);
            return guest(id, "stubborn");
        }

        /** Once its first process catches SIGTERM. */
        @Override
        public void awaitReady(InstanceId guest) throws IOException, InterruptedException {
            long end = System.nanoTime() + patience().toNanos();
            while (!PrivateDaemon.firstProcess(guest).anyMatch(Bed::catchesTermination)) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("a guest is not ready");
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }

        private static boolean catchesTermination(ProcessHandle process) {
            try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
                return lines.filter(line -> line.startsWith("SigCgt:"))
                        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(line.indexOf('\t') + 1), 16) & TERMINATION) != 0);
            } catch (IOException e) {
                return false; // it has just gone
            }
        }

        @Override
        public void end(InstanceId guest) throws Exception {
            PrivateDaemon.firstProcess(guest).forEach(ProcessHandle::destroyForcibly);
            daemon().awaitOff("lxc:///system", guest);
        }
    }
}
