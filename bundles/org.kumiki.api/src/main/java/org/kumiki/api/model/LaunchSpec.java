package org.kumiki.api.model;

import java.util.List;
import java.util.Optional;

/**
 * What an instance is launched as; it stays the same for the life of the instance.
 *
 * @param type              name of its {@link InstanceType}
 * @param keyName           the key pair whose owner may log in
 * @param groups            the security groups at launch, never empty once the engine has accepted it
 * @param userData          handed to the guest by the metadata service, at most 16 KiB before Base64; kept as Base64
 * @param terminateOnStop   whether a shutdown from inside terminates the instance instead of stopping it
 * @param hardware          which machine its guest sees; empty for what the image says, and for instances of images that say nothing
 */
public record LaunchSpec(String type, ImageId image, Optional<String> keyName, List<GroupId> groups, Optional<String> userData,
        boolean terminateOnStop, PlacementRules rules, Optional<Hardware> hardware) {

    public LaunchSpec {
        groups = List.copyOf(groups);
        hardware = hardware == null ? Optional.empty() : hardware; // an instance that is older than this choice
    }

    /** With whatever hardware the image says. */
    public LaunchSpec(String type, ImageId image, Optional<String> keyName, List<GroupId> groups, Optional<String> userData,
            boolean terminateOnStop, PlacementRules rules) {
        this(type, image, keyName, groups, userData, terminateOnStop, rules, Optional.empty());
    }

    public LaunchSpec withGroups(List<GroupId> newGroups) {
        return new LaunchSpec(type, image, keyName, newGroups, userData, terminateOnStop, rules, hardware);
    }

    public LaunchSpec withType(String newType) {
        return new LaunchSpec(newType, image, keyName, groups, userData, terminateOnStop, rules, hardware);
    }

    /** The same on such hardware, which takes a host where it can be chosen. */
    public LaunchSpec on(Hardware newHardware) {
        return new LaunchSpec(type, image, keyName, groups, userData, terminateOnStop, rules.with(Technology.Feature.HARDWARE_CHOICE),
                Optional.of(newHardware));
    }
}
