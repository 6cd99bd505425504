package org.kumiki.storage.s3;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;

/** Names of blobs. They are compared as their bytes in UTF-8 are. */
final class Keys {

    /** The order of bytes in UTF-8 is that of code points, which only surrogates put out of step with that of chars. */
    static final Comparator<String> ORDER = Keys::compare;

    private static final int MAX_BYTES = 1_024;

    private Keys() {
    }

    /** @throws IllegalArgumentException if it cannot be the key of a blob */
    static String check(String key) {
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

    private static int compare(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char left = a.charAt(i);
            char right = b.charAt(i);
            if (left != right) {
                return rank(left) - rank(right);
            }
        }
        return a.length() - b.length();
    }

    /** Surrogates stand for code points beyond all others. */
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + 0x10000 : c;
    }

    /** The least key that is greater than all that begin so; nothing if there is none. */
    static Optional<String> beyond(String prefix) {
        int end = prefix.length();
        while (end > 0) {
            int last = prefix.codePointBefore(end);
            end -= Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
                return Optional.of(prefix.substring(0, end) + Character.toString(next));
            }
        }
        return Optional.empty();
    }
}
