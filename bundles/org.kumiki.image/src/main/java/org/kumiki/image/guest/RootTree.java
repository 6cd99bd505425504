package org.kumiki.image.guest;

import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files that a guest finds when it boots, by path. Directories above a file need not be named. */
final class RootTree {

    /** Writes one entry of the archive. */
    @FunctionalInterface
    private interface Entry {
        void write(CpioWriter out, String path) throws IOException;
    }

    /** Sorted, so that a directory comes before what is in it. */
    private final SortedMap<String, Entry> entries = new TreeMap<>();

    RootTree directory(String path, int mode) {
        return directory(path, mode, 0);
    }

    RootTree directory(String path, int mode, int owner) {
        put(path, (out, name) -> out.directory(name, mode, owner));
        return this;
    }

    RootTree file(String path, int mode, byte[] content) {
        return file(path, mode, 0, content);
    }

    RootTree file(String path, int mode, int group, byte[] content) {
        put(path, (out, name) -> out.file(name, mode, 0, group, content));
        return this;
    }

    RootTree link(String path, String target) {
        put(path, (out, name) -> out.link(name, target));
        return this;
    }

    RootTree characterDevice(String path, int mode, int major, int minor) {
        put(path, (out, name) -> out.characterDevice(name, mode, major, minor));
        return this;
    }

    boolean has(String path) {
        return entries.containsKey(path);
    }

    void writeTo(CpioWriter out) throws IOException {
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            entry.getValue().write(out, entry.getKey());
        }
    }

    private void put(String path, Entry entry) {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !has(path.substring(0, slash))) {
            directory(path.substring(0, slash), 0755);
        }
        entries.put(path, entry);
    }
}
