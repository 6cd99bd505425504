package org.kumiki.aws.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.kumiki.aws.wire.Json;

/** The policy of a resource: statements that allow or deny. Pure. */
public final class Policy {

    /** What a policy says to a request. */
    public enum Verdict {
        ALLOW, DENY,
        /** Nothing. */
        SILENT
    }

    /**
     * What is asked.
     *
     * @param account of whoever asks; empty for nobody's
     * @param service that asks for itself, such as {@code s3.amazonaws.com}; empty for none
     * @param action  with its service, such as {@code s3:GetObject}
     * @param values  of the keys of conditions, in lower case; empty lists where there are none
     */
    public record Question(String account, String service, String action, String resource, Function<String, List<String>> values) {

        /** As it is asked by an account. */
        public Question(String account, String action, String resource, Function<String, List<String>> values) {
            this(account, "", action, resource, values);
        }
    }

    /** Somebody that a statement names. */
    private record Principal(String kind, String name) {

        boolean isAnybody() {
            return name.equals("*") && !kind.equals(SERVICE);
        }

        boolean asks(Question question) {
            return isAnybody() || (kind.equals(SERVICE) ? name.equals(question.service()) : ACCOUNTS.contains(kind) && isOf(question.account()));
        }

        private boolean isOf(String account) {
            return !account.isEmpty() && (name.equals(account) || name.startsWith("arn:aws:iam::" + account + ":")
                    || name.startsWith("arn:aws:sts::" + account + ":"));
        }
    }

    private record Statement(boolean allow, List<Principal> principals, boolean notPrincipal, List<String> actions, boolean notAction,
            List<String> resources, boolean notResource, Map<String, Map<String, List<String>>> conditions) {

        boolean appliesTo(Question question) {
            return principals.stream().anyMatch(principal -> principal.asks(question)) != notPrincipal
                    && actions.stream().anyMatch(action -> Patterns.like(action.toLowerCase(Locale.ROOT),
                            question.action().toLowerCase(Locale.ROOT))) != notAction
                    && resources.stream().anyMatch(resource -> Patterns.like(resource, question.resource())) != notResource
                    && Conditions.hold(conditions, question.values());
        }

        boolean isPublic(Set<String> narrowing) {
            return allow && !notPrincipal && principals.stream().anyMatch(Principal::isAnybody)
                    && conditions.values().stream().flatMap(keys -> keys.keySet().stream())
                            .noneMatch(key -> NARROWING.contains(key) || narrowing.contains(key));
        }
    }

    private static final String SERVICE = "Service";
    private static final Set<String> ACCOUNTS = Set.of("AWS", "CanonicalUser");
    private static final Set<String> NARROWING = Set.of("aws:sourceip", "aws:sourcearn", "aws:sourceaccount", "aws:principalaccount", "aws:userid",
            "aws:sourcevpc", "aws:sourcevpce", "aws:principalorgid");
    private static final String NO_JSON = "Policies must be valid JSON and the first byte must be '{'";

    private final List<Statement> statements;
    private final Set<String> narrowing;

    private Policy(List<Statement> statements, Set<String> narrowing) {
        this.statements = statements;
        this.narrowing = narrowing;
    }

    /** @throws PolicyException where the text is no policy that can be judged by */
    public static Policy parse(String json, Terms terms) {
        List<Statement> statements = listOf(document(json).get("Statement")).stream().map(statement -> statement(map(statement), terms)).toList();
        if (statements.isEmpty()) {
            throw new PolicyException("Missing required field Statement");
        }
        return new Policy(statements, terms.narrowing());
    }

    private static Map<String, Object> document(String json) {
        try {
            return Json.parseObject(json);
        } catch (IllegalArgumentException e) {
            throw new PolicyException(NO_JSON);
        }
    }

    private static Statement statement(Map<String, Object> json, Terms terms) {
        Object effect = json.get("Effect");
        if (!"Allow".equals(effect) && !"Deny".equals(effect)) {
            throw new PolicyException("Invalid effect: " + effect);
        }
        boolean notPrincipal = json.containsKey("NotPrincipal");
        boolean notAction = json.containsKey("NotAction");
        boolean notResource = json.containsKey("NotResource");
        if (notPrincipal && "Allow".equals(effect)) {
            throw new PolicyException("Allow with NotPrincipal is not allowed.");
        }
        List<Principal> principals = principals(json.get(notPrincipal ? "NotPrincipal" : "Principal"));
        List<String> actions = strings(json.get(notAction ? "NotAction" : "Action"));
        List<String> resources = strings(json.get(notResource ? "NotResource" : "Resource"));
        if (principals.isEmpty() || actions.isEmpty() || resources.isEmpty()) {
            throw new PolicyException("Missing required field Principal, Action or Resource");
        }
        String prefix = terms.service() + ":";
        if (actions.stream().anyMatch(action -> !action.equals("*") && !action.regionMatches(true, 0, prefix, 0, prefix.length()))) {
            throw new PolicyException("Policy has invalid action");
        }
        if (resources.stream().anyMatch(resource -> !resource.equals("*") && !terms.resource().test(resource))) {
            throw new PolicyException("Policy has invalid resource");
        }
        return new Statement("Allow".equals(effect), principals, notPrincipal, actions, notAction, resources, notResource,
                conditions(json.get("Condition")));
    }

    private static List<Principal> principals(Object json) {
        if (!(json instanceof Map<?, ?> kinds)) {
            return strings(json).stream().filter("*"::equals).map(name -> new Principal("AWS", name)).toList();
        }
        return kinds.entrySet().stream()
                .flatMap(kind -> strings(kind.getValue()).stream().map(name -> new Principal(String.valueOf(kind.getKey()), name))).toList();
    }

    private static Map<String, Map<String, List<String>>> conditions(Object json) {
        Map<String, Map<String, List<String>>> conditions = new LinkedHashMap<>();
        for (Map.Entry<String, Object> operator : (json == null ? Map.<String, Object>of() : map(json)).entrySet()) {
            if (!Conditions.knows(operator.getKey())) {
                throw new PolicyException("Invalid Condition type : " + operator.getKey());
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

    public Verdict judge(Question question) {
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
    public boolean isPublic() {
        return statements.stream().anyMatch(statement -> statement.isPublic(narrowing));
    }

    @SuppressWarnings("unchecked") // keys are strings by construction
    private static Map<String, Object> map(Object json) {
        if (json instanceof Map<?, ?>) {
            return (Map<String, Object>) json;
        }
        throw new PolicyException(NO_JSON);
    }

    private static List<?> listOf(Object json) {
        return json == null ? List.of() : json instanceof List<?> several ? several : List.of(json);
    }

    private static List<String> strings(Object json) {
        return listOf(json).stream().map(String::valueOf).toList();
    }
}
