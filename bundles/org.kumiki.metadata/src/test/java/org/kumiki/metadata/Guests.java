package org.kumiki.metadata;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.NetworkInterface;
import org.kumiki.api.network.GuestMetadata;

/** Guests to be told about themselves. */
final class Guests {

    private Guests() {
    }

    static GuestMetadata guest(int number, Optional<String> userData) {
        return guest(number, "172.31.16." + number, userData);
    }

    static GuestMetadata at(String address, int number) {
        return guest(number, address, Optional.empty());
    }

    private static GuestMetadata guest(int number, String address, Optional<String> userData) {
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:4b:4d:1f:10:0" + number, address,
                Optional.of("127.80.16." + number));
        return new GuestMetadata(new InstanceId("i-0000000000000000" + number), new AccountId("000000000001"), "r-00000000", 0,
                new ImageId("ami-00000000"), "t2.nano", "us-east-1", "us-east-1a", nic, List.of("default"), Optional.of("me"),
                Optional.of("ssh-ed25519 AAAA me"), userData.map(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))),
                Map.of());
    }
}
