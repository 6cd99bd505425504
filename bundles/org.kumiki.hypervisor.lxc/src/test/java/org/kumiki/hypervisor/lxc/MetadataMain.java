package org.kumiki.hypervisor.lxc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.NetworkInterface;
import org.kumiki.api.network.GuestMetadata;
import org.kumiki.metadata.MetadataServer;

/** The metadata service in a process of its own, because a namespace is entered by a process as a whole. */
final class MetadataMain {

    private MetadataMain() {
    }

    /** @param arguments an instance, its address and its user data in Base64, and so on; it serves until its input ends */
    public static void main(String[] arguments) throws IOException {
        try (MetadataServer server = new MetadataServer(Clock.systemUTC())) {
            server.listen(new InetSocketAddress("169.254.169.254", 80));
            for (int i = 0; i < arguments.length; i += 3) {
                server.serve(metadata(arguments[i], arguments[i + 1], Optional.of(arguments[i + 2])));
            }
            System.out.println("serving");
            System.in.read();
        }
    }

    static GuestMetadata metadata(String instance, String address, Optional<String> userData) {
        String[] parts = address.split("\\.");
        String mac = String.format("02:4b:4d:1f:%02x:%02x", Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), mac, address, Optional.empty());
        return new GuestMetadata(new InstanceId(instance), new AccountId("000000000001"), "r-00000000", 0, new ImageId("ami-00000000"), "t2.nano",
                "us-east-1", "us-east-1a", nic, List.of("default"), Optional.empty(), Optional.empty(), userData, Map.of());
    }
}
