package org.kumiki.aws.sqs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Json;
import org.kumiki.aws.wire.Structure;

/** Adding statements to the policy of a queue and taking them away, for those who do not write policies. */
final class Permissions {

    private static final String STATEMENT = "Statement";
    private static final String SID = "Sid";
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_-]{1,80}");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final int MOST_ACTIONS = 7;
    private static final int MOST_STATEMENTS = 20;

    private final Cloud cloud;

    Permissions(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("AddPermission", this::add).query("RemovePermission", this::remove);
    }

    private Structure.Builder add(Call call) {
        MessageQueue queue = cloud.queue(call, Action.ADD_PERMISSION);
        String label = call.input().requiredText("Label");
        if (!LABEL.matcher(label).matches()) {
            throw Refusals.invalid("Label", label, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.");
        }
        Map<String, Object> statement = statement(label, cloud.arn(queue.id()), call.input().texts("AWSAccountIds"), call.input().texts("Actions"));
        cloud.store().update(queue.id(), old -> {
            Map<String, Object> policy = policy(old, cloud.arn(queue.id()));
            List<Object> statements = statements(policy);
            if (statements.stream().anyMatch(each -> isCalled(each, label))) {
                throw Refusals.invalid("Label", label, "Already exists.");
            }
            if (statements.size() >= MOST_STATEMENTS) {
                throw Refusals.overLimit("The policy of the queue has " + MOST_STATEMENTS + " statements, and may have no more.");
            }
            statements.add(statement);
            return with(old, policy, statements);
        });
        return call.output();
    }

    private Structure.Builder remove(Call call) {
        MessageQueue queue = cloud.queue(call, Action.REMOVE_PERMISSION);
        String label = call.input().requiredText("Label");
        cloud.store().update(queue.id(), old -> {
            Map<String, Object> policy = policy(old, cloud.arn(queue.id()));
            List<Object> statements = statements(policy);
            if (!statements.removeIf(statement -> isCalled(statement, label))) {
                throw Refusals.invalid("Label", label, "can't find label on existing policy.");
            }
            return with(old, policy, statements);
        });
        return call.output();
    }

    private static Map<String, Object> statement(String label, String arn, List<String> accounts, List<String> actions) {
        if (accounts.isEmpty() || actions.isEmpty()) {
            throw AwsException.missing(accounts.isEmpty() ? "AWSAccountIds" : "Actions");
        }
        if (actions.size() > MOST_ACTIONS) {
            throw Refusals.overLimit(actions.size() + " Actions were found, maximum allowed is " + MOST_ACTIONS + ".");
        }
        for (String account : accounts) {
            if (!ACCOUNT.matcher(account).matches()) {
                throw Refusals.invalid("PrincipalId", account, "Unable to verify.");
            }
        }
        for (String action : actions) {
            if (!action.equals("*") && Action.of(action).filter(Action::isGrantable).isEmpty()) {
                throw Refusals.invalid("ActionName", "SQS:" + action, "Only the queue owner is allowed to invoke this action.");
            }
        }
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put(SID, label);
        statement.put("Effect", "Allow");
        statement.put("Principal", Map.of("AWS", one(accounts.stream().map(account -> "arn:aws:iam::" + account + ":root").toList())));
        statement.put("Action", one(actions.stream().map(action -> "SQS:" + action).toList()));
        statement.put("Resource", arn);
        return statement;
    }

    private static Object one(List<String> several) {
        return several.size() == 1 ? several.get(0) : several;
    }

    private static Map<String, Object> policy(QueueSettings settings, String arn) {
        String json = settings.attributes().get(QueueSettings.POLICY);
        if (json != null) {
            return Json.parseObject(json);
        }
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put("Version", "2008-10-17");
        policy.put("Id", arn + "/SQSDefaultPolicy");
        return policy;
    }

    private static List<Object> statements(Map<String, Object> policy) {
        Object statements = policy.get(STATEMENT);
        return statements == null ? new ArrayList<>() : statements instanceof List<?> several ? new ArrayList<>(several) : new ArrayList<>(List.of(statements));
    }

    private static boolean isCalled(Object statement, String label) {
        return statement instanceof Map<?, ?> map && label.equals(map.get(SID));
    }

    /** A policy that says nothing is none. */
    private static QueueSettings with(QueueSettings old, Map<String, Object> policy, List<Object> statements) {
        policy.put(STATEMENT, statements);
        return QueueAttributes.keep(old, QueueSettings.POLICY, statements.isEmpty() ? "" : Json.write(policy));
    }
}
