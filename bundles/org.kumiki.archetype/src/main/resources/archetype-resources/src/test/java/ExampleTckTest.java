package ${package};

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do. Each check is a test; what this driver does not declare must be refused, and is checked, too. */
class ExampleTckTest implements HypervisorTck {

    @TempDir
    Path directory;

    @Override
    public TestBed testBed() {
        return new Bed(directory);
    }

    private static final class Bed implements TestBed {

        private final Path directory;
        private volatile ExampleHypervisor driver;

        Bed(Path directory) {
            this.directory = directory;
            driver = new ExampleHypervisor(directory);
        }

        @Override
        public Object driver() {
            return driver;
        }

        @Override
        public HostId host() {
            return ExampleHypervisor.HOST;
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            return new GuestSpec(id, name, new Resources(1, 64, 0, 0), new BootSource.Nothing(), Optional.empty(), List.of(),
                    new NetworkLink.None("02:00:00:00:00:01"));
        }

        @Override
        public String signature(InstanceId guest) {
            return guest + " login:";
        }

        /** Guests outlive their driver, so the next one finds them in the same directory. */
        @Override
        public void restart(Runnable meanwhile) {
            meanwhile.run();
            driver = new ExampleHypervisor(directory);
        }

        @Override
        public void end(InstanceId guest) {
            driver.ended(guest);
        }

        @Override
        public Set<String> traces(InstanceId guest) {
            return Files.exists(directory.resolve(guest.value())) ? Set.of("a file") : Set.of();
        }
    }
}
