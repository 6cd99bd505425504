package org.kumiki.hypervisor.lxc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.node.Node;
import org.kumiki.node.contract.PlainNode;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;
import org.kumiki.testing.guest.TwoHosts;

/** What every driver must do, with real containers of the image that is named as for {@link RealContainerTest}. */
@Tag("guest")
class RealTckTest implements HypervisorTck {

    @TempDir
    Path temp;

    @Override
    public TestBed testBed() throws IOException {
        return new Lxc(temp);
    }

    private static final class Lxc extends TwoHosts<LxcHypervisor> {

        private static final LxcSettings SETTINGS = new LxcSettings(Path.of("/usr/bin/lxc-start"), 8, 0.2, Duration.ofSeconds(20), 2_000_000_000,
                true);
        private static final List<String> PLACES = List.of("/run/kumiki-lxc/stage", "/run/kumiki-lxc/network", "/sys/fs/cgroup/pids/kumiki/lxc",
                "/sys/fs/cgroup/kumiki/lxc");

        Lxc(Path temp) throws IOException {
            super(temp, 128, "", Lxc::on, LxcHypervisor::stop);
        }

        private static LxcHypervisor on(List<Node> nodes) {
            LxcHypervisor driver = new LxcHypervisor(SETTINGS);
            nodes.forEach(driver::addNode);
            return driver;
        }

        @Override
        public void end(InstanceId guest) throws IOException {
            for (HostId host : List.of(host(), destination())) {
                new PlainNode("here", directory(host)).run(List.of("lxc-stop", "--lxcpath=/run/kumiki-lxc/stage", "--name=" + guest + "@" + host, "--kill"),
                        Duration.ofSeconds(20));
            }
        }

        @Override
        protected List<Path> places(HostId host, InstanceId guest) {
            Stream<Path> shared = PLACES.stream().map(Path::of).flatMap(place -> Stream.of(guest + "@" + host, "lxc-" + guest + "@" + host).map(place::resolve));
            return Stream.concat(Stream.of(directory(host).resolve("lxc/guests").resolve(guest.value())), shared).toList();
        }
    }
}
