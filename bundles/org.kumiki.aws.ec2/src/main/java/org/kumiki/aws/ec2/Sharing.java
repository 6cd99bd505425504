package org.kumiki.aws.ec2;

import java.util.List;

import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/**
 * A change of who else may use an image or a snapshot: everybody, or nobody. EC2 has two ways of saying it.
 *
 * @param withAll whether everybody may, from now on
 */
record Sharing(boolean withAll) {

    private static final String ALL = "all";

    /**
     * @param permission the member that has lists to add and to remove
     * @param groups     the member that has the groups, when {@code OperationType} says what to do with them
     */
    static Sharing of(Structure input, String permission, String groups) {
        List<Structure> added = input.structure(permission).structures("Add");
        List<Structure> removed = input.structure(permission).structures("Remove");
        List<String> named = input.texts(groups);
        boolean adds = added.stream().anyMatch(Sharing::isAll) || named.contains(ALL) && input.text("OperationType", "").equals("add");
        boolean removes = removed.stream().anyMatch(Sharing::isAll) || named.contains(ALL) && input.text("OperationType",
                "").equals("remove");
        boolean others = added.size() + removed.size() + named.size() > 1;
        if (others || adds == removes) {
            throw AwsException.refuse("UnsupportedOperation", "It can be shared with the group all only, or with nobody.");
        }
        return new Sharing(adds);
    }

    private static boolean isAll(Structure permission) {
        return permission.text("Group", "").equals(ALL);
    }
}
