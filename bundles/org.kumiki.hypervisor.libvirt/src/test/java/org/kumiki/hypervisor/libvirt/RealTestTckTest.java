package org.kumiki.hypervisor.libvirt;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.hypervisor.libvirt.PrivateDaemon.Side;
import org.kumiki.tck.NotOffered;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, at libvirt's own test driver in a real daemon. */
@Tag("guest")
class RealTestTckTest implements HypervisorTck {

    @TempDir
    Path temp;

    @Override
    public TestBed testBed() throws Exception {
        return new Bed(temp);
    }

    private static final class Bed extends DaemonBed {

        /** What the test driver knows is forgotten with the last connection to it, so here is one that stays. */
        private final Side side;

        Bed(Path temp) throws Exception {
            super(temp, "test+unix:///default?socket=SOCKET", Optional.empty());
            side = daemon().side("test:///default");
            for (Domain domain : side.libvirt().domains()) { // it comes with one that has more memory than its host
                side.libvirt().destroy(domain);
            }
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            return new GuestSpec(id, name, new Resources(1, 64, 64, 10), new BootSource.Kernel(Path.of("/kernel"), Path.of("/initrd"), ""),
                    Optional.empty(), List.of(), new NetworkLink.None("02:4b:4d:1f:10:00"));
        }

        @Override
        public void end(InstanceId guest) throws Exception {
            side.libvirt().destroy(side.libvirt().find(Domain.uuid(guest)).orElseThrow());
        }

        @Override
        public GuestDisk missingVolume(VolumeId id) {
            throw new NotOffered("libvirt's test driver looks at no files");
        }

        /** Nothing runs, so what there is of a guest is what another client of libvirt sees. */
        @Override
        public Set<String> traces(InstanceId guest) throws Exception {
            return side.libvirt().domains().stream().filter(domain -> domain.name().equals(guest.value())).map(Domain::toString)
                    .collect(Collectors.toSet());
        }

        @Override
        public void close() throws Exception {
            side.close();
            super.close();
        }
    }
}
