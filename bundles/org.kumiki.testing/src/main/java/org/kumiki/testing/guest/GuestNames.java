package org.kumiki.testing.guest;

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

/** Tells guests of the built-in image who they are: one that is told nothing waits for a minute while it boots. Thread-safe. */
public final class GuestNames implements AutoCloseable {

    private final MetadataServer server;

    public GuestNames() throws IOException {
        server = new MetadataServer(Clock.systemUTC());
    }

    /** A guest whose address is 172.31.16.0, which nobody logs in to. */
    public static GuestNames of(Path socket, InstanceId guest) throws IOException {
        GuestNames names = new GuestNames();
        names.tell(socket, guest, "172.31.16.0", Optional.empty());
        return names;
    }

    /**
     * Tells one more guest.
     *
     * @param socket  where its hypervisor connects to with its questions
     * @param address from which it has its name
     * @param key     of whoever may log in, in OpenSSH's one-line form
     */
    public void tell(Path socket, InstanceId guest, String address, Optional<String> key) throws IOException {
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:4b:4d:1f:10:00", address, Optional.empty());
        server.serve(socket, new GuestMetadata(guest, new AccountId("000000000001"), "r-00000000", 0, new ImageId("ami-00000000"), "t2.nano",
                "us-east-1", "us-east-1a", nic, List.of("default"), key.map(k -> "me"), key, Optional.empty(), Map.of()));
    }

    /** Tells a guest nothing more. */
    public void forget(Path socket) throws IOException {
        server.end(socket);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
