package org.kumiki.aws.sqs;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.aws.policy.Policy;
import org.kumiki.aws.policy.Policy.Question;
import org.kumiki.aws.policy.Policy.Verdict;
import org.kumiki.aws.policy.Terms;

/** Decides who may do what with a queue: its owner all that its policy does not deny, others what it allows. Pure. */
final class Access {

    /** A policy of a queue may name whatever it likes as its resource; what is no queue matches none. */
    private static final Terms TERMS = new Terms("sqs", resource -> true, Set.of());

    private Access() {
    }

    /** @throws org.kumiki.aws.policy.PolicyException where it is no policy */
    static Policy parse(String json) {
        return Policy.parse(json, TERMS);
    }

    /** @param values of the keys of conditions */
    static boolean allows(MessageQueue queue, String arn, AccountId account, Action action, Function<String, List<String>> values) {
        boolean owner = account.equals(queue.id().owner());
        if (owner ? action.isOwnersAnyway() : !action.isGrantable()) {
            return owner;
        }
        String policy = queue.settings().attributes().get(QueueSettings.POLICY);
        if (policy == null) {
            return owner;
        }
        Verdict verdict = parse(policy).judge(new Question(account.value(), action.policyName(), arn, values));
        return verdict == Verdict.ALLOW || owner && verdict == Verdict.SILENT;
    }
}
