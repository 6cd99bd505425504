package org.kumiki.twin.study;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A field of a YAML file, which knows its path and its line. Nothing is made of it but numbers, texts, lists and maps. {@link Yaml} reads files. */
final class Field {

    private static final int MOST_SHOWN = 40;
    private static final int MOST_LABEL = 60;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(min|h|d)");

    private final String path;
    private final Node node;

    Field(String path, Node node) {
        this.path = path;
        this.node = node;
    }

    ScenarioException wrong(String problem) {
        return new ScenarioException(path, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0), problem);
    }

    boolean isText() {
        return node instanceof ScalarNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    List<Field> list() throws ScenarioException {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("must be a list, and is " + shown());
        }
        List<Field> fields = new ArrayList<>();
        for (Node each : sequence.getValue()) {
            fields.add(new Field(path + "[" + fields.size() + "]", each));
        }
        return fields;
    }

    /** Its fields by name. */
    Map<String, Field> map() throws ScenarioException {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong("must have fields of its own (`name: value`), and is " + shown());
        }
        Map<String, Field> fields = new LinkedHashMap<>();
        for (NodeTuple each : mapping.getValue()) {
            if (!(each.getKeyNode() instanceof ScalarNode key)) {
                throw wrong("has a field whose name is no text");
            }
            String inside = (path.isEmpty() ? "" : path + ".") + shortened(key.getValue());
            if (fields.put(key.getValue(), new Field(inside, each.getValueNode())) != null) {
                throw new Field(inside, key).wrong("is there twice");
            }
        }
        return fields;
    }

    /** Its fields by name, of which there are no others than these. */
    Map<String, Field> map(Collection<String> known) throws ScenarioException {
        Map<String, Field> fields = map();
        for (Map.Entry<String, Field> field : fields.entrySet()) {
            if (!known.contains(field.getKey())) {
                throw field.getValue().wrong("unknown field; known are " + String.join(", ", known));
            }
        }
        return fields;
    }

    /** One of its fields that there must be. */
    Field need(Map<String, Field> fields, String name, String meaning) throws ScenarioException {
        if (!fields.containsKey(name)) {
            throw wrong("'" + name + "' is missing: " + meaning);
        }
        return fields.get(name);
    }

    String text() throws ScenarioException {
        if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
            throw wrong("must be a text, and is " + shown());
        }
        return scalar.getValue();
    }

    /** One of several words. */
    String word(Collection<String> known) throws ScenarioException {
        return word(last(), known);
    }

    /** @param noun what such words are called */
    String word(String noun, Collection<String> known) throws ScenarioException {
        String word = text();
        if (!known.contains(word)) {
            throw wrong("unknown " + noun + " '" + shortened(word) + "'; known are " + String.join(", ", known));
        }
        return word;
    }

    /** A line by which something is called. */
    String label() throws ScenarioException {
        String text = text().strip();
        if (text.isEmpty() || text.length() > MOST_LABEL || text.codePoints().anyMatch(Character::isISOControl)) {
            throw wrong("must be a line of 1 to " + MOST_LABEL + " characters");
        }
        return text;
    }

    Duration duration(Duration least, Duration most) throws ScenarioException {
        Matcher parts = DURATION.matcher(text().strip());
        if (!parts.matches()) {
            throw wrong("must be a length such as 90 min, 24 h or 7 d, and is " + shown());
        }
        long count = Long.parseLong(parts.group(1));
        Duration length = switch (parts.group(2)) {
            case "min" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        if (length.compareTo(least) < 0 || length.compareTo(most) > 0) {
            throw wrong("must be from " + least.toMinutes() + " min to " + most.toDays() + " d");
        }
        return length;
    }

    boolean bool() throws ScenarioException {
        if (!(node instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.BOOL)) {
            throw wrong("must be true or false, and is " + shown());
        }
        return Boolean.parseBoolean(scalar.getValue());
    }

    long integer(long least, long most) throws ScenarioException {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.INT)) {
            try {
                long value = Long.parseLong(scalar.getValue().replace("_", ""));
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw wrong(between(least, most) + ", and is " + shown());
            }
        }
        throw wrong(between(least, most) + ", and is " + shown());
    }

    private static String between(long least, long most) {
        return "must be a whole number from " + least + " to " + most;
    }

    double number(double least, double most) throws ScenarioException {
        if (node instanceof ScalarNode scalar && (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))) {
            try {
                double value = Double.parseDouble(scalar.getValue());
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException e) { // YAML's own words for what is no number, and its hexadecimal
                throw wrong("must be a decimal number, and is " + shown());
            }
        }
        throw wrong("must be a number" + (least > -Double.MAX_VALUE ? " of at least " + plain(least) : "")
                + (most < Double.MAX_VALUE ? " and at most " + plain(most) : "") + ", and is " + shown());
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
    }

    private String last() {
        String name = path.replaceAll("\\[\\d+]$", "");
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private String shown() {
        if (node instanceof ScalarNode scalar) {
            return scalar.getTag().equals(Tag.NULL) ? "nothing" : "'" + shortened(scalar.getValue()) + "'";
        }
        return node instanceof SequenceNode ? "a list" : "a map of fields";
    }

    /** Somebody's text as it may stand in a message: short, and without control characters. */
    private static String shortened(String text) {
        String visible = text.replaceAll("\\p{Cntrl}", "?");
        return visible.length() <= MOST_SHOWN ? visible : visible.substring(0, MOST_SHOWN) + "…";
    }
}
