package org.kumiki.hypervisor.incus;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.tck.NotOffered;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with real containers of a real LXD. Takes root. */
@Tag("guest")
class RealTckTest implements HypervisorTck {

    @TempDir
    Path temp;

    @Override
    public TestBed testBed() throws Exception {
        return new Lxd(LxdHost.begin(temp), temp);
    }

    /** One server, whose guests are as small as they can be: what is checked is the driver. */
    private static final class Lxd implements TestBed {

        private final LxdHost host;
        private final Path system;
        private final Path stubborn;
        private volatile IncusHypervisor driver;

        Lxd(LxdHost host, Path temp) throws IOException {
            this.host = host;
            Path busybox = LxdHost.packages().resolve("usr/bin/busybox");
            this.system = SmallSystem.write(temp.resolve("system.cpio"), busybox, false);
            this.stubborn = SmallSystem.write(temp.resolve("stubborn.cpio"), busybox, true);
            begin();
        }

        private void begin() {
            driver = new IncusHypervisor(host.settings(host.socket(), Duration.ofSeconds(2)));
        }

        @Override
        public Object driver() {
            return driver;
        }

        @Override
        public HostId host() {
            return new HostId("boxes");
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            return guest(id, name, system);
        }

        private static GuestSpec guest(InstanceId id, String name, Path initrd) {
            return new GuestSpec(id, name, new Resources(1, 64, 64, 10), new BootSource.Kernel(Path.of("/nowhere"), initrd, ""), Optional.empty(),
                    List.of(), new NetworkLink.None("02:4b:4d:1f:10:00"));
        }

        @Override
        public GuestSpec stubbornGuest(InstanceId id) {
            return guest(id, "stubborn", stubborn);
        }

        @Override
        public void awaitReady(InstanceId guest) throws InterruptedException {
            long end = System.nanoTime() + patience().toNanos();
            while (!driver.console(host(), guest).text().contains(signature(guest))) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("a guest is not ready: " + driver.console(host(), guest).text());
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }

        @Override
        public String signature(InstanceId guest) {
            return "this is " + guest + ".";
        }

        @Override
        public void restart(Runnable meanwhile) {
            driver.close();
            try {
                meanwhile.run();
            } finally {
                begin();
            }
        }

        @Override
        public void end(InstanceId guest) throws Exception {
            host.api().order("PUT", "/1.0/instances/" + guest + "/state", LxdHost.object().put("action", "stop").put("force", true));
        }

        @Override
        public GuestDisk missingVolume(VolumeId id) {
            throw new NotOffered("the root of a guest is on the server, and its volume is not looked at");
        }

        @Override
        public Set<String> traces(InstanceId guest) throws IOException {
            Set<String> traces = new TreeSet<>();
            host.traces(guest.value()).forEach(traces::add);
            return traces;
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(40);
        }

        @Override
        public void close() throws Exception {
            driver.close();
            host.end();
        }
    }
}
