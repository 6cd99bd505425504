package org.kumiki.hypervisor.uml;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.node.Node;
import org.kumiki.node.contract.PlainNode;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;
import org.kumiki.testing.guest.TwoHosts;

/** What every driver must do, with real guests of the image that is named as for {@link RealUmlTest}. */
@Tag("guest")
class RealTckTest implements HypervisorTck {

    @TempDir
    Path temp;

    @Override
    public TestBed testBed() throws IOException {
        return new Uml(temp);
    }

    private static final class Uml extends TwoHosts<UmlHypervisor> {

        private static final UmlSettings SETTINGS = new UmlSettings(Path.of("/usr/bin/linux.uml"), Path.of("/usr/lib/uml/modules"), 8, 0.2,
                Duration.ofSeconds(20));

        Uml(Path temp) throws IOException {
            super(temp, 128, "", Uml::on, UmlHypervisor::stop);
        }

        private static UmlHypervisor on(List<Node> nodes) {
            UmlHypervisor driver = new UmlHypervisor(SETTINGS);
            nodes.forEach(driver::addNode);
            return driver;
        }

        private Path files(HostId host, InstanceId guest) {
            return directory(host).resolve("uml/guests").resolve(guest.value());
        }

        @Override
        public void end(InstanceId guest) throws IOException {
            for (HostId host : List.of(host(), destination())) {
                new Keeper(new PlainNode(host.value(), directory(host)), new GuestFiles(files(host, guest))).tell("KILL");
            }
        }

        @Override
        protected List<Path> places(HostId host, InstanceId guest) {
            return List.of(files(host, guest), Path.of("/sys/fs/cgroup/pids/kumiki", guest + "@" + host), Path.of("/sys/fs/cgroup/kumiki", guest + "@" + host));
        }
    }
}
