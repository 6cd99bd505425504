package org.kumiki.aws.ec2;

import java.util.Set;

import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Member;
import org.kumiki.aws.wire.ScalarShape;
import org.kumiki.aws.wire.Structure;

/** What several actions do with their parameters. */
final class Parameters {

    private Parameters() {
    }

    /**
     * Refuses what EC2 knows and Kumiki does not: a machine that is not what was asked for is worse than none.
     *
     * @param honoured the parameters that an action acts upon, or that make no difference here
     */
    static void only(Structure input, String... honoured) {
        Set<String> known = Set.of(honoured);
        for (Member member : input.shape().members()) {
            if (input.has(member.name()) && !known.contains(member.name()) && !member.name().equals("DryRun") && !isOff(input, member)) {
                throw AwsException.refuse("UnsupportedOperation", "The parameter " + member.queryName() + " is not supported here.");
            }
        }
    }

    /** A switch that is off asks for nothing. */
    private static boolean isOff(Structure input, Member member) {
        return member.shape() instanceof ScalarShape scalar && scalar.kind() == ScalarShape.Kind.BOOLEAN && !input.flag(member.name());
    }
}
