package org.kumiki.api.network;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.storage.BootSource;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Joins guests to a network. Thread-safe; calls return at once.
 * <p>
 * It keeps no state that it cannot make again: after a restart the engine links every guest that still runs once more.
 */
@ConsumerType
public interface GuestNetwork {

    /**
     * Prepares the link of a guest, or brings it up to date, and serves its metadata from now on. Asked twice with the same request it
     * does the thing once and answers the same.
     */
    CompletionStage<NetworkLink> link(LinkRequest request);

    /** Gives up what the link of a guest had taken. It is no error if there is none. */
    CompletionStage<Void> unlink(HostId host, InstanceId instance);

    /**
     * The link that a guest should have.
     *
     * @param rules     the permissions of all its groups; what none of them allows is not let through
     * @param boot      what is offered to the guest for booting, if it boots from its network
     * @param namespace whether the guest shares its host's kernel, and so takes a device of it instead of a {@linkplain NetworkLink.Tap tap}
     */
    record LinkRequest(HostId host, GuestMetadata metadata, List<FirewallRule> rules, Optional<BootSource.Kernel> boot, boolean namespace) {

        public LinkRequest {
            rules = List.copyOf(rules);
        }

        /** For a guest that has a kernel of its own, and boots it without its network. */
        public LinkRequest(HostId host, GuestMetadata metadata, List<FirewallRule> rules) {
            this(host, metadata, rules, Optional.empty(), false);
        }
    }
}
