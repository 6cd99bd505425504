package org.kumiki.engine;

import java.util.random.RandomGenerator;

import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.KeyPairId;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.model.VolumeId;

/**
 * New identifiers, of 17 hexadecimal digits, and the public addresses that go with them. Identifiers name things and open none, so they
 * may come from a seeded source.
 */
final class Ids {

    private final RandomGenerator random;
    private final int block;

    /** @param block see {@link Leases#publicAddress(int, int)} */
    Ids(RandomGenerator random, int block) {
        this.random = random;
        this.block = block;
    }

    String publicAddress(int lease) {
        return Leases.publicAddress(block, lease);
    }

    String elasticAddress(int number) {
        return Leases.elasticAddress(block, number);
    }

    InstanceId instance() {
        return new InstanceId(next(InstanceId.PREFIX));
    }

    ImageId image() {
        return new ImageId(next(ImageId.PREFIX));
    }

    VolumeId volume() {
        return new VolumeId(next(VolumeId.PREFIX));
    }

    SnapshotId snapshot() {
        return new SnapshotId(next(SnapshotId.PREFIX));
    }

    GroupId group() {
        return new GroupId(next(GroupId.PREFIX));
    }

    KeyPairId keyPair() {
        return new KeyPairId(next(KeyPairId.PREFIX));
    }

    NetworkId network() {
        return new NetworkId(next(NetworkId.PREFIX));
    }

    AddressId address() {
        return new AddressId(next(AddressId.PREFIX));
    }

    PlacementGroupId placementGroup() {
        return new PlacementGroupId(next(PlacementGroupId.PREFIX));
    }

    TransferId transfer(String prefix) {
        return new TransferId(next(prefix));
    }

    String reservation() {
        return next("r-");
    }

    String subnet() {
        return next("subnet-");
    }

    String rule() {
        return next("sgr-");
    }

    private String next(String prefix) {
        return prefix + "0" + String.format("%016x", random.nextLong());
    }
}
