package org.kumiki.aws.simpledb;

import java.util.Locale;
import java.util.Set;

/**
 * A word, a name, a text, or a sign of a select expression.
 *
 * @param text without quotes
 */
record Token(Kind kind, String text) {

    enum Kind {
        /** Letters and digits; keywords are such words. */
        WORD,
        NUMBER,
        /** In backticks: never a keyword. */
        NAME,
        /** In single or double quotes. */
        TEXT,
        SIGN,
        /** After the last. */
        END
    }

    /** What needs backticks to be a name. */
    private static final Set<String> RESERVED = Set.of("or", "and", "not", "from", "where", "select", "like", "null", "is", "order", "by", "asc",
            "desc", "in", "between", "intersection", "limit", "every");

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean isSign(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    /** Whether it can name a domain or an attribute. */
    boolean isName() {
        return kind == Kind.NAME || kind == Kind.WORD && !RESERVED.contains(text.toLowerCase(Locale.ROOT));
    }
}
