package org.kumiki.api.text;

import java.util.Comparator;
import java.util.Optional;

/** Texts as their bytes in UTF-8 (RFC 3629) would have it, without making those bytes. Pure. */
public final class Utf8 {

    /** The order of the bytes, which is that of code points. Only surrogates put Java's own order of texts out of step with it. */
    public static final Comparator<String> ORDER = Utf8::compare;

    private Utf8() {
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

    /** How many bytes a text takes. */
    public static int length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3; // two halves of a character take four together
        }
        return bytes;
    }

    /** The least text that is greater than all that begin so; nothing if there is none. */
    public static Optional<String> beyond(String prefix) {
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
