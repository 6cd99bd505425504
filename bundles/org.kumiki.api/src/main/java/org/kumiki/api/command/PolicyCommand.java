package org.kumiki.api.command;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Part;
import org.kumiki.api.policy.Rehearsal;

/**
 * What an operator can ask of policies: to have one rehearsed beside another, on some hosts, and then in its place. Policies go by their own
 * names. A role that was given outlasts the platform and whatever the configuration of the policy says.
 */
public sealed interface PolicyCommand extends Command<Rehearsal> {

    /** The policy that it is about. */
    String policy();

    /**
     * Has a policy look on: its plans are made and compared with those of another one, and nothing of them is carried out.
     *
     * @param inPlaceOf the one that it is compared with
     */
    record Shadow(String policy, Optional<String> inPlaceOf) implements PolicyCommand {

        public Shadow {
            Objects.requireNonNull(policy);
        }
    }

    /**
     * Gives a policy some hosts of its own. As soon as it breaks a bound, or plans to, it only looks on again, and all hosts are the other's.
     *
     * @param inPlaceOf    the one that keeps the other hosts; without one, all other policies go on everywhere
     * @param promoteAfter how long it must have stayed within its bounds to be promoted by itself; without one, it never is
     */
    record Canary(String policy, Optional<String> inPlaceOf, Part part, Bounds bounds, Optional<Duration> promoteAfter) implements PolicyCommand {

        public Canary {
            Objects.requireNonNull(policy);
            Objects.requireNonNull(part);
            Objects.requireNonNull(bounds);
        }
    }

    /**
     * Lets a policy decide everywhere. The one that it is a candidate for looks on from then on.
     *
     * @param inPlaceOf that one, if the policy is not a candidate already
     * @param bounds    what it must stay within. If there are any, it is rehearsed first, and refused if it would break them; and if it breaks them
     *                  later, this is taken back.
     */
    record Promote(String policy, Optional<String> inPlaceOf, Bounds bounds) implements PolicyCommand {

        public Promote {
            Objects.requireNonNull(policy);
            Objects.requireNonNull(bounds);
        }
    }

    /**
     * Takes the last of these back: what was promoted or a canary looks on, and what decided before decides. What only looks on, or is off, is
     * again what its configuration says.
     */
    record RollBack(String policy) implements PolicyCommand {

        public RollBack {
            Objects.requireNonNull(policy);
        }
    }

    /** Asks a policy no more. */
    record Retire(String policy) implements PolicyCommand {

        public Retire {
            Objects.requireNonNull(policy);
        }
    }
}
