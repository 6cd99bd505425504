package org.kumiki.aws.simpledb;

import java.util.ArrayList;
import java.util.List;

import org.kumiki.aws.simpledb.Token.Kind;

/** Takes a select expression apart. */
final class Lexer {

    private static final String SIGNS = "()*,=<>!";

    private final String text;
    private int next;

    private Lexer(String text) {
        this.text = text;
    }

    /** With an {@link Kind#END} at the end. */
    static List<Token> tokens(String expression) {
        Lexer lexer = new Lexer(expression);
        List<Token> tokens = new ArrayList<>();
        do {
            tokens.add(lexer.token());
        } while (tokens.get(tokens.size() - 1).kind() != Kind.END);
        return tokens;
    }

    private Token token() {
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        if (next == text.length()) {
            return new Token(Kind.END, "");
        }
        char c = text.charAt(next);
        if (c == '\'' || c == '"') {
            return new Token(Kind.TEXT, quoted(c));
        }
        if (c == '`') {
            return new Token(Kind.NAME, quoted(c));
        }
        if (isDigit(c)) {
            return new Token(Kind.NUMBER, run(false));
        }
        if (isInWord(c)) {
            return new Token(Kind.WORD, run(true));
        }
        if (SIGNS.indexOf(c) < 0) {
            throw Refusals.syntax();
        }
        next++;
        if ((c == '!' || c == '<' || c == '>') && next < text.length() && text.charAt(next) == '=') {
            next++;
            return new Token(Kind.SIGN, c + "=");
        }
        return new Token(Kind.SIGN, String.valueOf(c));
    }

    private String run(boolean letters) {
        int start = next;
        while (next < text.length() && (letters ? isInWord(text.charAt(next)) : isDigit(text.charAt(next)))) {
            next++;
        }
        return text.substring(start, next);
    }

    private static boolean isInWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Up to the next quote of the same kind; two of them stand for one. */
    private String quoted(char quote) {
        StringBuilder content = new StringBuilder();
        next++;
        while (true) {
            int end = text.indexOf(quote, next);
            if (end < 0) {
                throw Refusals.syntax();
            }
            content.append(text, next, end);
            next = end + 1;
            if (next == text.length() || text.charAt(next) != quote) {
                return content.toString();
            }
            content.append(quote);
            next++;
        }
    }
}
