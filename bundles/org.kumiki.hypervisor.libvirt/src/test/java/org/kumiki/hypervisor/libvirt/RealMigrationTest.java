package org.kumiki.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.tck.Check;
import org.kumiki.tck.Tck;
import org.kumiki.tck.TestBed;

/** Machines of QEMU that move from one real libvirt to another while they run: what the kit asks of pre-copy. */
@Tag("guest")
class RealMigrationTest {

    private static final HostId HERE = new HostId("here");
    private static final HostId THERE = new HostId("there");

    @TempDir
    Path temp;

    @TestFactory
    Stream<DynamicTest> moves() throws Exception {
        Bed bed = new Bed(temp);
        List<Check> checks = Tck.checks().stream().filter(check -> check.name().contains("pre-copy") && check.need().missing(bed.pair.technology())
                .isEmpty())
                .toList();
        assertFalse(checks.isEmpty(), "nothing would be checked");
        return Stream.concat(checks.stream().map(check -> dynamicTest(check.name(), () -> Tck.perform(check, bed))), Stream.of(dynamicTest("ends",
                bed::close)));
    }

    /** Two drivers, as the engine sees them: each answers for its own host. */
    private record Pair(Map<HostId, LibvirtHypervisor> drivers) implements BlockingHypervisor, LiveMigration {

        private LibvirtHypervisor at(HostId host) {
            return Optional.ofNullable(drivers.get(host)).orElseThrow(() -> new HypervisorException(Reason.NOT_FOUND, "there is no host " + host));
        }

        @Override
        public Technology technology() {
            return at(HERE).technology();
        }

        @Override
        public List<HostReport> hosts() {
            return drivers.values().stream().flatMap(driver -> driver.hosts().stream()).toList();
        }

        @Override
        public void start(HostId host, GuestSpec guest) {
            at(host).start(host, guest);
        }

        @Override
        public void stop(HostId host, InstanceId guest, boolean force) {
            at(host).stop(host, guest, force);
        }

        @Override
        public void reboot(HostId host, InstanceId guest) {
            at(host).reboot(host, guest);
        }

        @Override
        public void destroy(HostId host, InstanceId guest) {
            at(host).destroy(host, guest);
        }

        @Override
        public ConsoleOutput console(HostId host, InstanceId guest) {
            return at(host).console(host, guest);
        }

        @Override
        public Runnable watch(GuestListener listener) {
            List<Runnable> ends = new ArrayList<>();
            drivers.values().forEach(driver -> ends.add(driver.watch(listener)));
            return () -> ends.forEach(Runnable::run);
        }

        @Override
        public CompletionStage<MigrationOutcome> migrate(MigrationOrder order, GuestSpec guest, MigrationControl control) {
            return at(order.source()).migrate(order, guest, control);
        }
    }

    private static final class Bed implements TestBed {

        private static final Duration PATIENCE = Duration.ofSeconds(5);

        private final PrivateDaemon one;
        private final PrivateDaemon other;
        private final Path temp;
        private final Pair pair;

        Bed(Path temp) throws IOException, InterruptedException {
            this.temp = temp;
            this.one = new PrivateDaemon(temp.resolve("one"));
            this.other = new PrivateDaemon(temp.resolve("other"));
            Peers peers = new Peers();
            String uri = "qemu+unix:///system?socket=SOCKET";
            this.pair = new Pair(Map.of(HERE, new LibvirtHypervisor(one.settings(uri, HERE, PATIENCE, Optional.empty()), peers), THERE,
                    new LibvirtHypervisor(other.settings(uri, THERE, PATIENCE, Optional.empty()), peers)));
        }

        @Override
        public Object driver() {
            return pair;
        }

        @Override
        public HostId host() {
            return HERE;
        }

        @Override
        public HostId destination() {
            return THERE;
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            return Machines.small(temp, id, name);
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(100);
        }

        @Override
        public void close() throws IOException {
            pair.drivers().values().forEach(LibvirtHypervisor::close);
            one.close();
            other.close();
        }
    }
}
