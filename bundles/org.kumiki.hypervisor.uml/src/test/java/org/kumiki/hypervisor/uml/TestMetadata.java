package org.kumiki.hypervisor.uml;

import java.io.IOException;
import java.nio.file.Path;
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

/** Tells a guest who it is. */
final class TestMetadata {

    private TestMetadata() {
    }

    static MetadataServer server() throws IOException {
        return new MetadataServer(Clock.systemUTC());
    }

    /**
     * @param socket  where the guest's questions arrive
     * @param address from which it has its name
     */
    static void serve(MetadataServer server, Path socket, InstanceId guest, String address) throws IOException {
        serve(server, socket, guest, address, Optional.empty());
    }

    /** @param key of whoever may log in, in OpenSSH's one-line form */
    static void serve(MetadataServer server, Path socket, InstanceId guest, String address, Optional<String> key) throws IOException {
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:4b:4d:1f:10:00", address, Optional.empty());
        server.serve(socket, new GuestMetadata(guest, new AccountId("000000000001"), "r-00000000", 0, new ImageId("ami-00000000"), "t2.nano",
                "us-east-1", "us-east-1a", nic, List.of("default"), key.map(k -> "me"), key, Optional.empty(), Map.of()));
    }
}
