package org.kumiki.hypervisor.vsphere;

import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;

import org.apache.felix.service.command.annotations.GogoCommand;
import org.apache.felix.service.command.Descriptor;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** In the shell: what an operator can ask of a vSphere server beside what every technology does. */
@GogoCommand(scope = "kumiki", function = { "vsphere", "vsphereTicket", "vsphereSnapshot", "vsphereEnter", "vsphereExit" })
@Component(service = VsphereCommands.class)
public class VsphereCommands {

    private final ConcurrentSkipListMap<String, VsphereHypervisor> drivers = new ConcurrentSkipListMap<>();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addDriver(VsphereHypervisor driver) {
        drivers.put(driver.name(), driver);
    }

    void removeDriver(VsphereHypervisor driver) {
        drivers.remove(driver.name(), driver);
    }

    @Descriptor("lists the vSphere servers, each with its product, and what is wrong with it")
    public Collection<String> vsphere() {
        return drivers.values().stream().map(driver -> driver.name() + ": " + driver.technology().note()).toList();
    }

    @Descriptor("gives an address, good once and for a short time, at which a guest's screen is shown (WebMKS)")
    public String vsphereTicket(@Descriptor("server") String name, @Descriptor("instance") String instance) {
        return server(name).ticket(new InstanceId(instance));
    }

    @Descriptor("keeps the disks of a guest as they are now, at the server")
    public void vsphereSnapshot(@Descriptor("server") String name, @Descriptor("instance") String instance,
            @Descriptor("what the snapshot is called there") String snapshot) {
        server(name).snapshot(new InstanceId(instance), snapshot);
    }

    @Descriptor("takes a host into maintenance at its server; drain it first, so that no guest runs there")
    public void vsphereEnter(@Descriptor("server") String name, @Descriptor("host") String host) {
        driver(name).maintain(new HostId(host), true);
    }

    @Descriptor("ends the maintenance of a host at its server")
    public void vsphereExit(@Descriptor("server") String name, @Descriptor("host") String host) {
        driver(name).maintain(new HostId(host), false);
    }

    private Server server(String name) {
        return driver(name).server();
    }

    private VsphereHypervisor driver(String name) {
        VsphereHypervisor driver = drivers.get(name);
        if (driver == null) {
            throw new IllegalArgumentException("there is no vSphere server " + name + "; there are " + drivers.keySet());
        }
        return driver;
    }
}
