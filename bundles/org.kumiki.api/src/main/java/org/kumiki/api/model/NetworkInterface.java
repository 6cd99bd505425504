package org.kumiki.api.model;

import java.util.Optional;

/**
 * The one network interface of an instance.
 *
 * @param mac            e.g. {@code 52:54:00:12:34:56}
 * @param privateAddress the IPv4 address that the guest itself sees
 * @param publicAddress  the IPv4 address at which clients reach the guest, while it runs; in a bridged network its private one
 */
public record NetworkInterface(NetworkId network, String mac, String privateAddress, Optional<String> publicAddress) {

    public NetworkInterface withPublicAddress(Optional<String> address) {
        return new NetworkInterface(network, mac, privateAddress, address);
    }
}
