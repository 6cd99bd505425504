package org.kumiki.bench.density;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

import org.kumiki.api.node.Node;

/** A veth device each, which LXC makes, at one bridge: the least that there is. Containers reach each other, and the machine. */
final class Bridge implements PlainNetwork {

    private static final String NAME = "kumikibench0";
    private static final String ADDRESSES = "10.92.";
    private static final int WEB = 80;

    private final Programs programs;

    Bridge(Node node) throws IOException {
        this.programs = new Programs(node);
        programs.run("ip", "link", "add", NAME, "type", "bridge");
        programs.run("ip", "address", "add", ADDRESSES + "0.1/16", "dev", NAME);
        programs.run("ip", "link", "set", NAME, "up");
    }

    @Override
    public String name() {
        return "veth and bridge";
    }

    @Override
    public void open(int number) {
        // LXC does
    }

    @Override
    public List<String> lines(int number) {
        return List.of("lxc.net.0.type = veth", "lxc.net.0.link = " + NAME, "lxc.net.0.flags = up",
                "lxc.net.0.ipv4.address = " + address(number).getHostString() + "/16", "lxc.net.0.ipv4.gateway = " + ADDRESSES + "0.1");
    }

    @Override
    public InetSocketAddress address(int number) {
        return new InetSocketAddress(ADDRESSES + (1 + (number >> 8)) + "." + (number & 0xff), WEB);
    }

    @Override
    public void close(int number) {
        // with the container
    }

    @Override
    public void close() throws IOException {
        programs.run("ip", "link", "delete", NAME);
    }
}
