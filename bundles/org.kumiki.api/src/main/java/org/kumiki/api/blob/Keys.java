package org.kumiki.api.blob;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names of blobs: text of 1 to 1,024 bytes in UTF-8, in the {@linkplain org.kumiki.api.text.Utf8#ORDER order of those}. */
public final class Keys {

    private static final int MAX_BYTES = 1_024;

    private Keys() {
    }

    /** @throws IllegalArgumentException if it cannot be the key of a blob */
    public static String check(String key) {
        if (key.isEmpty() || key.length() > MAX_BYTES) {
            throw new IllegalArgumentException("a key has 1 to " + MAX_BYTES + " bytes");
        }
        try {
            if (StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(key)).remaining() > MAX_BYTES) {
                throw new IllegalArgumentException("a key has 1 to " + MAX_BYTES + " bytes");
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a key is text in UTF-8", e);
        }
        return key;
    }
}
