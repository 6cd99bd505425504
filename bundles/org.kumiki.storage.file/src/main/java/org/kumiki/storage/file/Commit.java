package org.kumiki.storage.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Changes that are there together or not at all. */
final class Commit {

    private final List<Change> changes = new ArrayList<>();
    private final Set<Path> directories = new HashSet<>();

    Commit add(Change change) {
        changes.add(change);
        return this;
    }

    /** That names in a directory must be durable before. */
    Commit after(Path directory) {
        directories.add(directory);
        return this;
    }

    List<Change> changes() {
        return changes;
    }

    Set<Path> directories() {
        return directories;
    }
}
