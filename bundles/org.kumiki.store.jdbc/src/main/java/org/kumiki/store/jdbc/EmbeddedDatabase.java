package org.kumiki.store.jdbc;

import java.nio.file.Path;

/** How H2 is told to keep a database in a file of ours. */
final class EmbeddedDatabase {

    /**
     * No second process, no hook at the end of the JVM (the framework closes us), and no trace file, which nobody would clean up. H2
     * writes compressed pages: JSON shrinks a lot.
     */
    private static final String OPTIONS = ";FILE_LOCK=FS;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;COMPRESS=TRUE";

    private EmbeddedDatabase() {
    }

    /** The URL of the database in a directory. H2's asynchronous files, because its others break when a thread is interrupted. */
    static String url(Path directory) {
        if (directory.toString().contains(";")) {
            throw new IllegalArgumentException("H2 cannot keep a database in a path with a semicolon: " + directory);
        }
        return "jdbc:h2:async:" + directory.resolve("kumiki") + OPTIONS;
    }
}
