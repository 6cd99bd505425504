package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** The end of a console, as bytes: all that is ever kept of it. */
record ConsoleTail(byte[] bytes) {

    static final int LIMIT = 64 << 10;

    ConsoleTail {
        if (bytes.length > LIMIT) {
            bytes = Arrays.copyOfRange(bytes, bytes.length - LIMIT, bytes.length);
        }
    }

    ConsoleTail then(byte[] more) {
        byte[] both = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, both, bytes.length, more.length);
        return new ConsoleTail(both);
    }

    /** As text that begins with a whole character; what is no UTF-8 becomes U+FFFD. */
    String text() {
        int start = 0;
        while (bytes.length == LIMIT && start < 3 && (bytes[start] & 0xC0) == 0x80) {
            start++;
        }
        return new String(bytes, start, bytes.length - start, UTF_8);
    }
}
