package org.kumiki.hypervisor.simulated;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.time.Timeline;
import org.kumiki.tck.NotOffered;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, this one does on paper. */
class SimulatedTckTest implements HypervisorTck {

    @TempDir
    Path data;

    @Override
    public TestBed testBed() throws IOException {
        return new Paper(data);
    }

    /** A driver whose time is over at once. */
    private static final class Paper implements TestBed {

        private static final Map<String, Object> SETTINGS = Map.of("startMillis", 0L, "stopMillis", 0L, "resumeMillis", 0L);

        private final Path data;
        private volatile SimulatedHypervisor driver;
        private volatile boolean absent;

        Paper(Path data) throws IOException {
            this.data = data;
            driver = new SimulatedHypervisor(new NoTime(), data, Configs.with(SETTINGS));
        }

        @Override
        public Object driver() {
            return driver;
        }

        @Override
        public HostId host() {
            return new HostId("paper-0001");
        }

        @Override
        public HostId destination() {
            return new HostId("paper-0002");
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            return new GuestSpec(id, name, new Resources(1, 64, 0, 0), new BootSource.Nothing(), Optional.empty(), List.of(),
                    new NetworkLink.None("02:4b:4d:1f:10:00"));
        }

        @Override
        public String signature(InstanceId guest) {
            return guest + " login:";
        }

        @Override
        public void restart(Runnable meanwhile) throws IOException {
            driver.close();
            absent = true;
            try {
                meanwhile.run();
            } finally {
                absent = false;
                driver = new SimulatedHypervisor(new NoTime(), data, Configs.with(SETTINGS));
            }
        }

        @Override
        public void end(InstanceId guest) {
            if (absent) {
                throw new NotOffered("without a driver nothing happens on paper");
            }
            driver.shutDown(guest);
        }

        @Override
        public GuestDisk volume(VolumeId id) {
            return new GuestDisk(id, new Disk(data.resolve(id.value()), Disk.Format.RAW, 64), "/dev/sdf");
        }

        @Override
        public GuestDisk missingVolume(VolumeId id) {
            throw new NotOffered("on paper no disk is looked at");
        }

        @Override
        public Set<String> traces(InstanceId guest) {
            return Set.of();
        }

        @Override
        public void close() throws IOException {
            driver.close();
        }
    }

    /** Nothing takes time. */
    private static final class NoTime implements Timeline {

        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public Runnable after(Duration delay, Runnable body) {
            body.run();
            return () -> { };
        }
    }
}
