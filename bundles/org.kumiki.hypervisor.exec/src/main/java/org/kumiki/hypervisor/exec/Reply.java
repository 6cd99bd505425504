package org.kumiki.hypervisor.exec;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.kumiki.api.node.Node;

/**
 * What an extension of CloudStack answered. It may be anything: what is not what was expected is not there.
 *
 * @param json     what it wrote, if that was an object; else an empty node
 * @param text     what it wrote
 * @param exitCode zero, if it says that it has succeeded
 */
record Reply(JsonNode json, String text, int exitCode) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern UNSUPPORTED = Pattern.compile("(invalid|unsupported|unknown) (action|operation)|not (supported|implemented)",
            Pattern.CASE_INSENSITIVE);
    private static final int MOST_DETAILS = 64;
    private static final int LONGEST_DETAIL = 4_096;

    static Reply of(Node.Finished answer) {
        String text = answer.output().strip();
        return new Reply(object(text), text.isEmpty() ? answer.errors().strip() : text, answer.exitCode());
    }

    private static JsonNode object(String text) {
        try {
            JsonNode json = text.startsWith("{") ? JSON.readTree(text) : JSON.missingNode();
            return json.isObject() ? json : JSON.missingNode();
        } catch (JsonProcessingException e) {
            return JSON.missingNode(); // whoever needs more than the exit code finds nothing, and says so
        }
    }

    /** CloudStack looks at the exit code alone; some extensions say only in words that they have failed. */
    boolean succeeded() {
        return exitCode == 0 && !json.hasNonNull("error") && json.path("success").asBoolean(true)
                && !json.path("status").asText("success").matches("(?i)error|fail|failed|failure");
    }

    /** Whether it has failed because there is no such action. */
    boolean isUnsupported() {
        return !succeeded() && UNSUPPORTED.matcher(complaint()).find();
    }

    /** What it has to say about its failure. */
    String complaint() {
        for (JsonNode said : new JsonNode[] { json.path("error"), json.path("message"), json.path("result").path("message") }) {
            if (said.isTextual() && !said.asText().isBlank()) {
                return Words.of(said.asText());
            }
        }
        return text.isEmpty() ? "exit code " + exitCode : Words.of(text);
    }

    Dialect.Power power() {
        String said = json.isMissingNode() ? text : json.path("power_state").asText();
        return switch (said.strip().toLowerCase(Locale.ROOT)) {
            case "poweron" -> Dialect.Power.ON;
            case "poweroff" -> Dialect.Power.OFF;
            default -> Dialect.Power.UNKNOWN;
        };
    }

    /** What an extension that was asked to prepare wants to be told from then on. All else that it would change is our network's business. */
    Map<String, String> details() {
        Map<String, String> details = new TreeMap<>();
        json.path("details").properties().stream().filter(detail -> detail.getValue().isValueNode()).limit(MOST_DETAILS)
                .filter(detail -> detail.getValue().asText().length() <= LONGEST_DETAIL && detail.getKey().length() <= LONGEST_DETAIL)
                .forEach(detail -> details.put(detail.getKey(), detail.getValue().asText()));
        return details;
    }

    /** The message for people, if it is one. */
    Optional<String> message() {
        return Optional.of(json.path("message")).filter(JsonNode::isTextual).map(JsonNode::asText);
    }
}
