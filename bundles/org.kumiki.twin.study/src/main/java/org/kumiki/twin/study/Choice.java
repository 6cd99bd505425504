package org.kumiki.twin.study;

import java.io.Serializable;
import java.util.List;

/**
 * What a study compares with others: a policy, or several that decide together.
 *
 * @param label     by which tables and plots call it
 * @param policies  none if machines stay where they are put first
 * @param scheduler that says where machines are launched, where the physics ask one
 * @param strategy  that directs moves, where the physics ask one
 */
public record Choice(String label, List<Brain> policies, Brain scheduler, Brain strategy) implements Serializable {

    /** What a scenario calls it to have no policy. */
    public static final String NONE = "none";

    public Choice {
        policies = List.copyOf(policies);
    }

    /** The same under another label. */
    Choice labelled(String newLabel) {
        return new Choice(newLabel, policies, scheduler, strategy);
    }
}
