package org.kumiki.twin.study;

/** A scenario that cannot be run. Its message has the path of the field, what is wrong, and what would be right. */
public final class ScenarioException extends Exception {

    /**
     * @param path of the field, e.g. {@code hosts[1].power}; empty for the file as a whole
     * @param line where it begins, from 1 on; 0 if that is not known
     */
    public ScenarioException(String path, int line, String problem) {
        super((path.isEmpty() ? "" : path + (line > 0 ? " (line " + line + ")" : "") + ": ") + problem);
    }
}
