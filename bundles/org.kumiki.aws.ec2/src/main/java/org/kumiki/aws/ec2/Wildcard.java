package org.kumiki.aws.ec2;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * A text in which a star stands for any text and a question mark for any character, unless a backslash is before them. It takes
 * no longer than the product of both lengths, whatever a client makes up.
 */
final class Wildcard implements Predicate<String> {

    private static final int ANY = -1;
    private static final int STAR = -2;

    private final int[] tokens;

    Wildcard(String pattern) {
        int[] read = new int[pattern.length()];
        int count = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                read[count++] = pattern.charAt(++i);
            } else {
                read[count++] = c == '*' ? STAR : c == '?' ? ANY : c;
            }
        }
        tokens = Arrays.copyOf(read, count);
    }

    @Override
    public boolean test(String text) {
        int token = 0;
        int at = 0;
        int star = -1; // the last star, which can take more if what follows it does not fit
        int taken = 0;
        while (at < text.length()) {
            if (token < tokens.length && tokens[token] == STAR) {
                star = token++;
                taken = at;
            } else if (token < tokens.length && (tokens[token] == ANY || tokens[token] == text.charAt(at))) {
                token++;
                at++;
            } else if (star >= 0) {
                token = star + 1;
                at = ++taken;
            } else {
                return false;
            }
        }
        while (token < tokens.length && tokens[token] == STAR) {
            token++;
        }
        return token == tokens.length;
    }
}
