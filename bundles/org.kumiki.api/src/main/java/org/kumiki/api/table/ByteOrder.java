package org.kumiki.api.table;

import java.util.Comparator;

/** The order of texts in this package: that of their bytes in UTF-8, which is not quite the one that Java compares texts by. */
public enum ByteOrder implements Comparator<String> {

    TEXT;

    @Override
    public int compare(String one, String other) {
        int end = Math.min(one.length(), other.length());
        for (int i = 0; i < end; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                return rank(a) - rank(b);
            }
        }
        return one.length() - other.length();
    }

    /** Halves of characters beyond the first 65,536 come after all others. */
    private static int rank(char c) {
        if (c < Character.MIN_SURROGATE) {
            return c;
        }
        return c <= Character.MAX_SURROGATE ? c + 0x2000 : c - 0x800;
    }

    /** How many bytes a text takes in UTF-8. */
    public static int length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3; // two halves of a character take four together
        }
        return bytes;
    }
}
