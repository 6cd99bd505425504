package org.kumiki.aws.sqs;

import java.util.OptionalInt;

/** Which characters messages may have: those that XML can carry. Pure. */
final class Characters {

    private Characters() {
    }

    /** The first that may not be. */
    static OptionalInt forbidden(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < Character.MIN_SURROGATE) {
                continue;
            }
            int point = text.codePointAt(i);
            if (!isAllowed(point)) {
                return OptionalInt.of(point);
            }
            i += Character.charCount(point) - 1;
        }
        return OptionalInt.empty();
    }

    private static boolean isAllowed(int point) {
        return point == '\t' || point == '\n' || point == '\r' || point >= ' ' && point < Character.MIN_SURROGATE
                || point > Character.MAX_SURROGATE && point <= 0xFFFD || point >= Character.MIN_SUPPLEMENTARY_CODE_POINT;
    }

    /** How many bytes a text has in UTF-8, without making them. */
    static int bytes(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800) {
                bytes += Character.isSurrogate(c) ? 1 : 2; // a pair has four
            } else if (c >= 0x80) {
                bytes++;
            }
        }
        return bytes;
    }
}
