package org.kumiki.api.hypervisor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** The end of a guest's console, as bytes: all that is ever kept of it. Immutable. */
public final class ConsoleTail {

    /** How many bytes are kept. */
    public static final int LIMIT = 64 << 10;

    private final byte[] bytes;

    /** @param console all that there is, of which the end counts */
    public ConsoleTail(byte[] console) {
        this.bytes = Arrays.copyOfRange(console, Math.max(0, console.length - LIMIT), console.length);
    }

    /** What it is when more has been written. */
    public ConsoleTail then(byte[] more) {
        byte[] both = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, both, bytes.length, more.length);
        return new ConsoleTail(both);
    }

    /** At most {@link #LIMIT} of them; the caller's own. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** As text that begins with a whole character; what is no UTF-8 becomes U+FFFD. */
    public String text() {
        int start = 0;
        while (bytes.length == LIMIT && start < 3 && (bytes[start] & 0xC0) == 0x80) {
            start++;
        }
        return new String(bytes, start, bytes.length - start, UTF_8);
    }
}
