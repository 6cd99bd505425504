package org.kumiki.api.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.NetworkInterface;

/**
 * What an instance may learn about itself.
 *
 * @param publicKey in OpenSSH's one-line form
 * @param userData  Base64, as in {@link org.kumiki.api.model.LaunchSpec}
 */
public record GuestMetadata(InstanceId instance, AccountId account, String reservation, int launchIndex, ImageId image, String type,
        String region, String zone, NetworkInterface nic, List<String> groups, Optional<String> keyName, Optional<String> publicKey,
        Optional<String> userData, Map<String, String> tags) {

    public GuestMetadata {
        groups = List.copyOf(groups);
        tags = Map.copyOf(tags);
    }
}
