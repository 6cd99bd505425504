package org.kumiki.bench.move;

/** What is to be found in a text of known shape. */
final class Text {

    private Text() {
    }

    static String between(String text, String before, String after) {
        int begin = text.indexOf(before);
        if (begin < 0) {
            throw new IllegalArgumentException("no '" + before + "' in " + text);
        }
        int from = begin + before.length();
        return text.substring(from, text.indexOf(after, from));
    }
}
