package org.kumiki.aws.s3;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.kumiki.aws.wire.Json;

/** The policy of a bucket: statements that allow or deny. Pure. */
final class Policy {

    /** What a policy says to a request. */
    enum Verdict {
        ALLOW, DENY,
        /** Nothing. */
        SILENT
    }

    /**
     * What is asked.
     *
     * @param account of whoever asks; empty for nobody's
     * @param values  of the keys of conditions, in lower case; empty lists where there are none
     */
    record Question(String account, String action, String resource, Function<String, List<String>> values) {
    }

    private record Statement(boolean allow, List<String> principals, boolean notPrincipal, List<String> actions, boolean notAction,
            List<String> resources, boolean notResource, Map<String, Map<String, List<String>>> conditions) {

        boolean appliesTo(Question question) {
            return principals.stream().anyMatch(principal -> isPrincipal(principal, question.account())) != notPrincipal
                    && actions.stream().anyMatch(action -> Patterns.like(action.toLowerCase(Locale.ROOT),
                            question.action().toLowerCase(Locale.ROOT))) != notAction
                    && resources.stream().anyMatch(resource -> Patterns.like(resource, question.resource())) != notResource
                    && Conditions.hold(conditions, question.values());
        }

        boolean isPublic() {
            return allow && !notPrincipal && principals.contains("*")
                    && conditions.values().stream().flatMap(keys -> keys.keySet().stream()).noneMatch(NARROWING::contains);
        }
    }

    private static final Set<String> NARROWING = Set.of("aws:sourceip", "aws:sourcearn", "aws:sourceaccount", "aws:principalaccount", "aws:userid",
            "aws:sourcevpc", "aws:sourcevpce", "aws:principalorgid", "s3:dataaccesspointaccount");
    private static final String RESOURCE = "arn:aws:s3:::";

    private final List<Statement> statements;

    private Policy(List<Statement> statements) {
        this.statements = statements;
    }

    /** @throws S3Exception MalformedPolicy */
    static Policy parse(String json, String bucket) {
        try {
            Map<String, Object> document = Json.parseObject(json);
            List<Statement> statements = new ArrayList<>();
            for (Object statement : listOf(document.get("Statement"))) {
                statements.add(statement(map(statement), bucket));
            }
            if (statements.isEmpty()) {
                throw malformed("Missing required field Statement");
            }
            return new Policy(statements);
        } catch (IllegalArgumentException e) {
            throw malformed("Policies must be valid JSON and the first byte must be '{'");
        }
    }

    private static Statement statement(Map<String, Object> json, String bucket) {
        Object effect = json.get("Effect");
        if (!"Allow".equals(effect) && !"Deny".equals(effect)) {
            throw malformed("Invalid effect: " + effect);
        }
        boolean notPrincipal = json.containsKey("NotPrincipal");
        boolean notAction = json.containsKey("NotAction");
        boolean notResource = json.containsKey("NotResource");
        if (notPrincipal && "Allow".equals(effect)) {
            throw malformed("Allow with NotPrincipal is not allowed.");
        }
        List<String> principals = principals(json.get(notPrincipal ? "NotPrincipal" : "Principal"));
        List<String> actions = strings(json.get(notAction ? "NotAction" : "Action"));
        List<String> resources = strings(json.get(notResource ? "NotResource" : "Resource"));
        if (principals.isEmpty() || actions.isEmpty() || resources.isEmpty()) {
            throw malformed("Missing required field Principal, Action or Resource");
        }
        for (String action : actions) {
            if (!action.equals("*") && !action.startsWith("s3:")) {
                throw malformed("Policy has invalid action");
            }
        }
        for (String resource : resources) {
            String name = resource.startsWith(RESOURCE) ? resource.substring(RESOURCE.length()) : "";
            if (!resource.equals("*") && !Patterns.like(name.split("/", 2)[0], bucket)) {
                throw malformed("Policy has invalid resource");
            }
        }
        return new Statement("Allow".equals(effect), principals, notPrincipal, actions, notAction, resources, notResource,
                conditions(json.get("Condition")));
    }

    private static List<String> principals(Object json) {
        if (!(json instanceof Map<?, ?> kinds)) {
            return strings(json).stream().filter("*"::equals).toList();
        }
        return kinds.entrySet().stream().filter(kind -> Set.of("AWS", "CanonicalUser").contains(kind.getKey()))
                .flatMap(kind -> strings(kind.getValue()).stream()).toList();
    }

    private static Map<String, Map<String, List<String>>> conditions(Object json) {
        Map<String, Map<String, List<String>>> conditions = new LinkedHashMap<>();
        for (Map.Entry<String, Object> operator : (json == null ? Map.<String, Object>of() : map(json)).entrySet()) {
            if (!Conditions.knows(operator.getKey())) {
                throw malformed("Invalid Condition type : " + operator.getKey());
            }
            Map<String, List<String>> keys = new LinkedHashMap<>();
            map(operator.getValue()).forEach((key, value) -> keys.put(conditionKey(key), strings(value)));
            conditions.put(operator.getKey(), keys);
        }
        return conditions;
    }

    /** Names of tags have a case, names of keys have none. */
    private static String conditionKey(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? key.toLowerCase(Locale.ROOT) : key.substring(0, slash).toLowerCase(Locale.ROOT) + key.substring(slash);
    }

    private static boolean isPrincipal(String principal, String account) {
        return principal.equals("*") || !account.isEmpty() && (principal.equals(account)
                || principal.startsWith("arn:aws:iam::" + account + ":") || principal.startsWith("arn:aws:sts::" + account + ":"));
    }

    Verdict judge(Question question) {
        boolean allowed = false;
        for (Statement statement : statements) {
            if (statement.appliesTo(question)) {
                if (!statement.allow()) {
                    return Verdict.DENY;
                }
                allowed = true;
            }
        }
        return allowed ? Verdict.ALLOW : Verdict.SILENT;
    }

    /** Whether it lets in everybody. */
    boolean isPublic() {
        return statements.stream().anyMatch(Statement::isPublic);
    }

    private static S3Exception malformed(String message) {
        return new S3Exception(400, "MalformedPolicy", message);
    }

    @SuppressWarnings("unchecked") // keys are strings by construction
    private static Map<String, Object> map(Object json) {
        if (json instanceof Map<?, ?>) {
            return (Map<String, Object>) json;
        }
        throw malformed("Policies must be valid JSON and the first byte must be '{'");
    }

    private static List<?> listOf(Object json) {
        return json == null ? List.of() : json instanceof List<?> several ? several : List.of(json);
    }

    private static List<String> strings(Object json) {
        return listOf(json).stream().map(String::valueOf).toList();
    }
}
