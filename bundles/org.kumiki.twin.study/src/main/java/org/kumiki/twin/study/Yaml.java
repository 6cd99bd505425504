package org.kumiki.twin.study;

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
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads YAML, which may be anybody's: it is bounded in size and depth, and has no aliases, so it is never more than it looks. */
final class Yaml {

    static final int MOST_CHARACTERS = 256 * 1024;

    private static final int MOST_DEPTH = 16;

    private Yaml() {
    }

    /** The whole of a file. */
    static Field read(String text) throws ScenarioException {
        LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).setCodePointLimit(MOST_CHARACTERS).build();
        try {
            check(new Parse(settings).parseString(text));
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                throw new ScenarioException("", 0, "the file is empty; `kumiki simulate --example` prints one to begin with");
            }
            return new Field("", root.get());
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new ScenarioException("", 0, "line " + line + " is no YAML: " + e.getProblem());
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
                throw new ScenarioException("", 0, "line " + line
                        + " has an anchor or an alias (& or *), of which a scenario has none; write it out");
            }
        }
    }
}
