package org.kumiki.bench.density;

import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.hypervisor.lxc.LxcHypervisor;

/** Containers of the platform's driver, as the engine would ask for them. */
final class Driven implements Contestant, AutoCloseable {

    private static final int PORT = 20_080;
    private static final int DISK_MIB = 64;
    private static final int NETWORK_MBPS = 10;
    /** What differs from what an operator who says nothing has: all containers must find room here. */
    private static final Map<String, Object> SETTINGS = Map.of("cpuOvercommit", 1_000.0, "memoryShare", 1.0);

    private final LxcHypervisor driver;
    private final HostId host;
    private final BootSource boot;
    private final int memoryMiB;
    private final Path metadata;

    Driven(Node node, BootSource boot, int memoryMiB) {
        LxcHypervisor.Config config = (LxcHypervisor.Config) Proxy.newProxyInstance(Driven.class.getClassLoader(),
                new Class<?>[] {LxcHypervisor.Config.class}, (self, method, arguments) -> SETTINGS.getOrDefault(method.getName(), method.getDefaultValue()));
        this.driver = new LxcHypervisor(config);
        this.host = new HostId(node.name());
        this.boot = boot;
        this.memoryMiB = memoryMiB;
        this.metadata = node.directory().resolve("metadata");
        driver.addNode(node);
    }

    @Override
    public String name() {
        return "Kumiki's driver";
    }

    @Override
    public void start(int number) {
        NetworkLink link = new NetworkLink.User(String.format("02:4b:4d:20:%02x:%02x", number >> 8, number & 0xff), "168.0.0.0/5",
                "172.31." + (16 + (number >> 8)) + "." + (number & 0xff), List.of(new Forward("tcp", address(number).getHostString(), PORT, 80)), true, metadata);
        driver.start(host, new GuestSpec(id(number), "web", new Resources(1, memoryMiB, DISK_MIB, NETWORK_MBPS), boot, Optional.empty(), List.of(), link));
    }

    private static InstanceId id(int number) {
        return new InstanceId(String.format("i-0de5e%012x", number));
    }

    @Override
    public InetSocketAddress address(int number) {
        return new InetSocketAddress("127.92." + (1 + (number >> 8)) + "." + (number & 0xff), PORT);
    }

    @Override
    public void end(int number) {
        driver.destroy(host, id(number));
    }

    @Override
    public void close() {
        driver.stop();
    }
}
