package org.kumiki.hypervisor.qemu;

import java.nio.file.Path;
import java.util.StringJoiner;

/** An option of QEMU, as in {@code socket,id=qmp,path=/a,,b}: in a value a comma is doubled, or it would begin the next key. */
final class Options {

    private final StringJoiner text = new StringJoiner(",");

    private Options(String kind) {
        text.add(kind);
    }

    /** @param kind a word of QEMU's own, e.g. {@code socket}; never anything from outside */
    static Options of(String kind) {
        return new Options(kind);
    }

    Options with(String key, Object value) {
        text.add(key + "=" + value.toString().replace(",", ",,"));
        return this;
    }

    Options with(String key, Path value) {
        return with(key, (Object) value);
    }

    Options with(String key, boolean value) {
        return with(key, value ? "on" : "off");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
