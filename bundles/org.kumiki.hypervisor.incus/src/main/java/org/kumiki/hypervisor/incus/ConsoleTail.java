package org.kumiki.hypervisor.incus;

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

    /**
     * Of a guest that is off. The server then shows all that was written in the last run, or what was not read of it: where that begins with the end
     * of what is here, it goes on.
     *
     * @param shown by the server
     */
    ConsoleTail closedBy(byte[] shown) {
        int common = Math.min(bytes.length, shown.length);
        while (!Arrays.equals(bytes, bytes.length - common, bytes.length, shown, 0, common)) {
            common--;
        }
        return then(Arrays.copyOfRange(shown, common, shown.length));
    }

    /** As text that begins with a whole character; what is no UTF-8 becomes U+FFFD. */
    String text() {
        int start = 0;
        while (bytes.length == LIMIT && start < 3 && (bytes[start] & 0xC0) == 0x80) {
            start++;
        }
        return new String(bytes, start, bytes.length - start, UTF_8).replace("\r\n", "\n");
    }
}
