package org.kumiki.aws.ec2;

import java.util.List;

import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/**
 * Kinds of things that there are none of here, and that clients look for all the same before they launch. That there are none is
 * the truth, and a list of none is how it is said.
 */
final class Absent {

    private Absent() {
    }

    static void offer(Actions actions) {
        offer(actions, "DescribeSpotInstanceRequests", "SpotInstanceRequests", "SpotInstanceRequestIds",
                "InvalidSpotInstanceRequestID.NotFound");
        offer(actions, "DescribeReservedInstances", "ReservedInstances", "ReservedInstancesIds", "InvalidReservedInstancesID.NotFound");
        offer(actions, "DescribeLaunchTemplates", "LaunchTemplates", "LaunchTemplateIds", "InvalidLaunchTemplateId.NotFound");
    }

    private static void offer(Actions actions, String operation, String list, String names, String notFound) {
        actions.query(operation, call -> none(call, list, names, notFound));
    }

    private static Structure.Builder none(Call call, String list, String names, String notFound) {
        for (Structure filter : call.input().structures("Filters")) {
            String name = filter.requiredText("Name");
            if (!name.startsWith("tag:") && !call.operation().filters().contains(name)) {
                throw AwsException.refuse("InvalidParameterValue", "The filter '" + Text.brief(name) + "' is invalid");
            }
        }
        for (String name : call.input().texts(names)) {
            throw AwsException.refuse(notFound, "'" + Text.brief(name) + "' does not exist");
        }
        return call.output().put(list, List.of());
    }
}
