package org.kumiki.twin.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A field of a YAML file, which knows its path and its line. The file may be anybody's: it is bounded in size and depth, and has no aliases, so it is never
 * more than it looks; and nothing is made of it but numbers, texts, lists and maps.
 */
final class Field {

    static final int MOST_CHARACTERS = 256 * 1024;
    static final int MOST_DEPTH = 16;

    private static final int MOST_SHOWN = 40;

    private final String path;
    private final Node node;

    private Field(String path, Node node) {
        this.path = path;
        this.node = node;
    }

    /** The whole of a file. */
    static Field parse(String text) throws ScenarioException {
        LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).setCodePointLimit(MOST_CHARACTERS).build();
        try {
            check(new Parse(settings).parseString(text));
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                throw new ScenarioException("", 0, "the file is empty; `kumiki simulate --example` prints one to begin with");
            }
            return new Field("", root.get());
        } catch (MarkedYamlEngineException e) {
            throw new ScenarioException("", 0, "line " + e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0) + " is no YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ScenarioException("", 0, "this is no YAML: " + e.getMessage());
        }
    }

    /** Events come one after the other, however deep they are nested; a tree would be made by recursion. */
    private static void check(Iterable<Event> events) throws ScenarioException {
        int depth = 0;
        for (Event event : events) {
            int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
            depth += event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
            if (depth > MOST_DEPTH) {
                throw new ScenarioException("", 0, "line " + line + " is nested too deep: at most " + MOST_DEPTH + " levels");
            }
            if (event instanceof NodeEvent named && named.getAnchor().isPresent()) {
                throw new ScenarioException("", 0, "line " + line + " has an anchor or an alias (& or *), of which a scenario has none; write it out");
            }
        }
    }

    ScenarioException wrong(String problem) {
        return new ScenarioException(path, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0), problem);
    }

    // --- What it may be ------------------------------------------------------------------------------------------------------

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

    String text() throws ScenarioException {
        if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
            throw wrong("must be a text, and is " + shown());
        }
        return scalar.getValue();
    }

    /** One of several words. */
    String word(Collection<String> known) throws ScenarioException {
        String word = text();
        if (!known.contains(word)) {
            throw wrong("unknown " + last() + " '" + shortened(word) + "'; known are " + String.join(", ", known));
        }
        return word;
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
        throw wrong("must be a number" + (least > -Double.MAX_VALUE ? " of at least " + plain(least) : "") + (most < Double.MAX_VALUE ? " and at most " + plain(most) : "")
                + ", and is " + shown());
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
