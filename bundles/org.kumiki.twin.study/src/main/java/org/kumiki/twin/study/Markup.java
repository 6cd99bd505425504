package org.kumiki.twin.study;

import java.util.Locale;

/** HTML and SVG in the making. Whatever comes from elsewhere goes through {@link #text} or is an attribute's value, and is no markup. */
final class Markup {

    private final StringBuilder out = new StringBuilder();

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
    }

    /** A number in an attribute: short, as nobody sees a hundredth of a pixel. */
    static String px(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** An element with something in it, until {@link #end}. */
    Markup begin(String element, Object... attributes) {
        out.append('<').append(element);
        attributes(attributes);
        out.append('>');
        return this;
    }

    Markup end(String element) {
        out.append("</").append(element).append(">\n");
        return this;
    }

    /** An element with nothing in it. */
    Markup empty(String element, Object... attributes) {
        out.append('<').append(element);
        attributes(attributes);
        out.append("/>\n");
        return this;
    }

    /** An element with a text in it. */
    Markup leaf(String element, String text, Object... attributes) {
        return begin(element, attributes).text(text).end(element);
    }

    Markup text(String text) {
        out.append(escaped(text));
        return this;
    }

    /** What is markup already. */
    Markup add(Markup other) {
        out.append(other.out);
        return this;
    }

    private void attributes(Object... attributes) {
        for (int index = 0; index < attributes.length; index += 2) {
            String value = attributes[index + 1] instanceof Double number ? px(number) : escaped(attributes[index + 1].toString());
            out.append(' ').append(attributes[index]).append("=\"").append(value).append('"');
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
