package org.kumiki.image;

import java.util.Locale;

import org.kumiki.api.storage.Disk;

/** A disk as QEMU's programs are told of it, in JSON: every file down to the last, each with its format, and that there is no other. */
final class Layers {

    private Layers() {
    }

    static String of(Disk disk) {
        String layer = "\"driver\":\"" + disk.format().name().toLowerCase(Locale.ROOT) + "\",\"file\":{\"driver\":\"file\",\"filename\":\""
                + escaped(disk.file().toString()) + "\"}";
        return switch (disk.format()) {
            case RAW -> "{" + layer + "}";
            case QCOW2 -> "{" + layer + ",\"backing\":" + disk.backing().map(Layers::of).orElse("null") + "}";
        };
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", c) : String.valueOf((char) c)));
        return escaped.toString();
    }
}
