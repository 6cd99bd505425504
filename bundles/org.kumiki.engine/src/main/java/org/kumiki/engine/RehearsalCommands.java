package org.kumiki.engine;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.Role;
import org.kumiki.api.view.HostTable;

/** The roles of policies: given and taken back. Pure; whether a policy is present is known to who asks. */
final class RehearsalCommands {

    private RehearsalCommands() {
    }

    /**
     * @param configured the role that the policy has by its configuration
     * @param reason     why, for the record; empty if nobody has said so
     */
    static Rehearsal answer(Draft draft, Caller caller, PolicyCommand command, Role configured, String reason) {
        if (!caller.operator()) {
            throw Refused.denied(Kind.POLICY, command.policy(), "Only an operator may change what policies do");
        }
        Stage stage = new Stage(draft, new Roles(draft.all(Entity.REHEARSAL)), caller.via(), reason);
        Rehearsal result;
        if (command instanceof PolicyCommand.Shadow c) {
            result = stage.shadow(c);
        } else if (command instanceof PolicyCommand.Canary c) {
            result = stage.canary(c);
        } else if (command instanceof PolicyCommand.Promote c) {
            result = stage.promote(c, configured);
        } else if (command instanceof PolicyCommand.Retire c) {
            result = stage.retire(c);
        } else {
            result = stage.rollBack(command.policy(), configured);
        }
        Decisions.keep(draft, new Decision(Decisions.next(draft), draft.now(), draft.base().version(), caller.via(), List.of(command.policy()),
                result.hosts(), text(result), List.of()));
        return result;
    }

    /** All do what their configuration says. */
    static void forget(Draft draft) {
        draft.all(Entity.REHEARSAL).stream().toList().forEach(given -> draft.remove(Entity.REHEARSAL, given.policy()));
    }

    /** A role in words. */
    static String text(Rehearsal given) {
        String place = given.inPlaceOf().map(other -> " in place of " + other).orElse("");
        String text = switch (given.role()) {
            case ACTIVE -> "decides" + place;
            case SHADOW -> "only looks on" + given.inPlaceOf().map(other -> ", beside " + other).orElse("");
            case CANARY -> "decides" + place + " on " + given.hosts().size() + (given.hosts().size() == 1 ? " host" : " hosts");
            case OFF -> "is not asked any more";
        };
        return "policy " + given.policy() + " " + text + (given.reason().isEmpty() ? "" : ": " + given.reason());
    }

    /** On which one of them is carried out. */
    private record Stage(Draft draft, Roles roles, String by, String reason) {

        Rehearsal shadow(PolicyCommand.Shadow command) {
            requireFree(command.policy());
            requireOther(command.policy(), command.inPlaceOf());
            return put(command.policy(), Role.SHADOW, command.inPlaceOf());
        }

        Rehearsal canary(PolicyCommand.Canary command) {
            String policy = command.policy();
            requireFree(policy);
            requireOther(policy, command.inPlaceOf());
            command.inPlaceOf().ifPresent(other -> requireDeciding(other, policy));
            List<HostId> hosts = command.part().choose(draft.hosts());
            HostTable table = draft.hosts();
            for (HostId host : hosts) {
                if (table.row(host) < 0 || table.state(table.row(host)) == HostState.REMOVED) {
                    throw Refused.notFound(Kind.HOST, host);
                }
            }
            long all = IntStream.range(0, table.size()).filter(row -> table.state(row) != HostState.REMOVED).count();
            if (hosts.isEmpty() || hosts.size() == all) {
                throw Refused.invalid(Kind.POLICY, policy, hosts.isEmpty() ? "There are no hosts"
                        : "A canary has a part of the hosts, and these are all; promote '" + policy + "' instead");
            }
            if (command.promoteAfter().filter(after -> after.isNegative() || after.isZero()).isPresent()) {
                throw Refused.invalid(Kind.POLICY, policy, "The time after which it is promoted must be longer than none");
            }
            return put(new Rehearsal(policy, Role.CANARY, command.inPlaceOf(), hosts, command.bounds(), draft.now(),
                    command.promoteAfter().map(draft.now()::plus), by, reason));
        }

        Rehearsal promote(PolicyCommand.Promote command, Role configured) {
            String policy = command.policy();
            if (roles.of(policy, configured == Role.SHADOW) == Role.ACTIVE) {
                throw Refused.wrongState(Kind.POLICY, policy, "The policy '" + policy + "' decides already");
            }
            requireFree(policy);
            Optional<String> place = inPlaceOf(roles, command);
            requireOther(policy, place);
            place.ifPresent(other -> {
                requireDeciding(other, policy);
                put(other, Role.SHADOW, roles.of(other).flatMap(Rehearsal::inPlaceOf), policy + " was promoted");
            });
            return put(new Rehearsal(policy, Role.ACTIVE, place, List.of(), command.bounds(), draft.now(), Optional.empty(), by, reason));
        }

        Rehearsal retire(PolicyCommand.Retire command) {
            requireFree(command.policy());
            return put(command.policy(), Role.OFF, roles.of(command.policy()).flatMap(Rehearsal::inPlaceOf));
        }

        Rehearsal rollBack(String policy, Role configured) {
            Rehearsal given = roles.of(policy).orElseThrow(() -> Refused.wrongState(Kind.POLICY, policy,
                    "The policy '" + policy + "' does what its configuration says; there is nothing to take back"));
            if (given.role() == Role.ACTIVE || given.role() == Role.CANARY) {
                if (given.role() == Role.ACTIVE) {
                    given.inPlaceOf().ifPresent(other -> put(other, Role.ACTIVE, roles.of(other).flatMap(Rehearsal::inPlaceOf),
                            policy + " was rolled back"));
                }
                return put(policy, Role.SHADOW, given.inPlaceOf());
            }
            requireFree(policy);
            draft.remove(Entity.REHEARSAL, policy);
            return new Rehearsal(policy, configured, Optional.empty(), List.of(), Bounds.NONE, draft.now(), Optional.empty(), by, reason);
        }

        /** What others' roles rest on stays as it is until those are taken back. */
        private void requireFree(String policy) {
            roles.insteadOf(policy).or(() -> roles.canaryOf(policy)).ifPresent(other -> {
                throw Refused.inUse(Kind.POLICY, policy, "'" + other.policy() + "' decides in place of '" + policy + "'; roll '" + other.policy()
                        + "' back first");
            });
            if (roles.of(policy).filter(given -> given.role() == Role.ACTIVE && given.inPlaceOf().isPresent()).isPresent()) {
                throw Refused.inUse(Kind.POLICY, policy, "'" + policy + "' decides in place of '" + roles.of(policy).get().inPlaceOf().get()
                        + "'; roll it back first");
            }
        }

        private void requireDeciding(String other, String candidate) {
            Optional<Rehearsal> given = roles.of(other).filter(one -> one.role() != Role.ACTIVE);
            if (given.isPresent()) {
                throw Refused.wrongState(Kind.POLICY, other, "The policy '" + other + "' does not decide everywhere, so nothing can take its place");
            }
            roles.canaryOf(other).filter(one -> !one.policy().equals(candidate)).ifPresent(one -> {
                throw Refused.inUse(Kind.POLICY, other, "'" + one.policy() + "' is a canary in place of '" + other + "' already; roll it back first");
            });
        }

        private static void requireOther(String policy, Optional<String> inPlaceOf) {
            if (inPlaceOf.equals(Optional.of(policy))) {
                throw Refused.invalid(Kind.POLICY, policy, "A policy cannot take its own place");
            }
        }

        private Rehearsal put(String policy, Role role, Optional<String> inPlaceOf) {
            return put(policy, role, inPlaceOf, reason);
        }

        private Rehearsal put(String policy, Role role, Optional<String> inPlaceOf, String why) {
            return put(new Rehearsal(policy, role, inPlaceOf, List.of(), Bounds.NONE, draft.now(), Optional.empty(), by, why));
        }

        private Rehearsal put(Rehearsal given) {
            return draft.put(Entity.REHEARSAL, given);
        }
    }

    /** The policy whose place one is to take: the one that is named, or the one that it is a candidate for. */
    static Optional<String> inPlaceOf(Roles roles, PolicyCommand.Promote command) {
        return command.inPlaceOf().or(() -> roles.of(command.policy()).flatMap(Rehearsal::inPlaceOf));
    }
}
