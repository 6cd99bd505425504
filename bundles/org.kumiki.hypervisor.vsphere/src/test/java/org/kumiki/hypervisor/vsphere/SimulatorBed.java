package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.tck.NotOffered;
import org.kumiki.tck.TestBed;

/** The hosts of the simulator, and what somebody else sees there. */
final class SimulatorBed implements TestBed {

    private final Simulator simulator;
    private final Settings settings;
    private final String image;
    private final List<HostId> hosts;
    private final Session others;
    private volatile VsphereHypervisor driver;

    /** @param image that guests are copies of */
    SimulatorBed(Simulator simulator, Map<String, Source> sources, String image) throws IOException {
        this.simulator = simulator;
        this.settings = simulator.settings(sources);
        this.image = image;
        others = simulator.session();
        driver = new VsphereHypervisor(settings);
        hosts = driver.hosts().stream().map(HostReport::host).sorted().toList();
    }

    @Override
    public Object driver() {
        return driver;
    }

    @Override
    public HostId host() {
        return hosts.get(0);
    }

    @Override
    public HostId destination() {
        if (hosts.size() == 1) {
            throw new NotOffered("there is one host only");
        }
        return hosts.get(1);
    }

    @Override
    public GuestSpec guest(InstanceId id, String name) {
        return new GuestSpec(id, name, new Resources(1, 64, 0, 0), new BootSource.Template(settings.name(), image), Optional.empty(), List.of(),
                new NetworkLink.None("02:4b:4d:00:00:01"));
    }

    @Override
    public void restart(Runnable meanwhile) throws IOException {
        driver.close();
        try {
            meanwhile.run();
        } finally {
            driver = new VsphereHypervisor(settings);
        }
    }

    /** As somebody does who switches it off at the server. */
    @Override
    public void end(InstanceId guest) throws Exception {
        others.run(machines(guest).get(0).ref(), "PowerOffVM_Task");
    }

    @Override
    public Set<String> traces(InstanceId guest) throws Exception {
        Set<String> traces = new TreeSet<>();
        for (Managed machine : machines(guest)) {
            traces.add(machine.ref() + " in " + machine.text("config.files.vmPathName"));
        }
        return traces;
    }

    private List<Managed> machines(InstanceId guest) throws IOException, InterruptedException {
        return others.all(others.content().rootFolder(), "VirtualMachine", "name", "config.files.vmPathName").stream()
                .filter(machine -> machine.text("name").equals(guest.value())).toList();
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(30);
    }

    @Override
    public void close() throws IOException {
        driver.close();
        others.close();
        simulator.close();
    }

    static SimulatorBed ofTemplate() throws IOException {
        return new SimulatorBed(new Simulator(true), Map.of("small", new Source.Template("DC0_H0_VM0")), "small");
    }

    static SimulatorBed ofRawDisk(boolean vCenter, Path directory) throws IOException {
        return new SimulatorBed(new Simulator(vCenter), Map.of("disk", new Source.RawDisk(Simulator.disk(directory))), "disk");
    }
}
