package org.kumiki.aws.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads and writes JSON as plain Java values: {@code Map<String, Object>} in order, {@code List<Object>}, {@code String},
 * {@code Long}, {@code Double}, {@code Boolean} and null.
 * <p>
 * The reader is strict (RFC 8259), refuses a name given twice, and refuses nesting that would exhaust the stack, because
 * it also reads what clients send.
 */
public final class Json {

    private static final int MAX_DEPTH = 64;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?");

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where the text is no JSON, with the position */
    public static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        if (json.peek() != 0) {
            throw json.wrong("more text after the value");
        }
        return value;
    }

    public static Object parse(byte[] utf8) {
        return parse(new String(utf8, StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException where the text is no JSON object */
    @SuppressWarnings("unchecked") // keys are strings by construction
    public static Map<String, Object> parseObject(String text) {
        if (parse(text) instanceof Map<?, ?> object) {
            return (Map<String, Object>) object;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /** Writes a value of the kinds that {@link #parse} returns; any other number or character sequence works too. */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder(256);
        write(value, out);
        return out.toString();
    }

    private Object value() {
        char c = peek();
        switch (c) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            case 't':
                return literal("true", Boolean.TRUE);
            case 'f':
                return literal("false", Boolean.FALSE);
            case 'n':
                return literal("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object() {
        enter();
        Map<String, Object> object = new LinkedHashMap<>();
        at++;
        if (peek() == '}') {
            at++;
        } else {
            do {
                if (peek() != '"') {
                    throw wrong("expected a name");
                }
                String name = string();
                expect(':');
                if (object.put(name, value()) != null) {
                    throw wrong("a name given twice: " + AwsException.abbreviate(name));
                }
            } while (another('}'));
        }
        depth--;
        return object;
    }

    private List<Object> array() {
        enter();
        List<Object> array = new ArrayList<>();
        at++;
        if (peek() == ']') {
            at++;
        } else {
            do {
                array.add(value());
            } while (another(']'));
        }
        depth--;
        return array;
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw wrong("nested deeper than " + MAX_DEPTH);
        }
    }

    private boolean another(char end) {
        char c = peek();
        at++;
        if (c == ',') {
            return true;
        }
        if (c == end) {
            return false;
        }
        at--;
        throw wrong("expected ',' or '" + end + "'");
    }

    private String string() {
        int start = ++at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                return text.substring(start, at++);
            }
            if (c == '\\') {
                return escaped(start);
            }
            if (c < ' ') {
                throw wrong("a control character in a string");
            }
            at++;
        }
        throw wrong("a string without an end");
    }

    private String escaped(int start) {
        StringBuilder out = new StringBuilder().append(text, start, at);
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            if (c < ' ') {
                throw wrong("a control character in a string");
            }
            out.append(c == '\\' ? escape() : c);
        }
        throw wrong("a string without an end");
    }

    private char escape() {
        char c = at < text.length() ? text.charAt(at++) : 0;
        switch (c) {
            case '"':
            case '\\':
            case '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                if (at + 4 <= text.length() && text.substring(at, at + 4).chars().allMatch(d -> Character.digit(d, 16) >= 0 && d < 128)) {
                    at += 4;
                    return (char) Integer.parseInt(text, at - 4, at, 16);
                }
                throw wrong("expected four hexadecimal digits");
            default:
                throw wrong("no such escape");
        }
    }

    private Object literal(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("expected " + word);
        }
        at += word.length();
        return value;
    }

    private Object number() {
        int start = at;
        boolean whole = true;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            whole &= ".eE+".indexOf(text.charAt(at)) < 0;
            at++;
        }
        String digits = text.substring(start, at);
        if (!NUMBER.matcher(digits).matches()) {
            at = start;
            throw wrong("expected a value");
        }
        return whole && digits.length() < 19 ? (Object) Long.valueOf(digits) : (Object) Double.valueOf(digits);
    }

    /** The next character that is not white space, or 0 at the end. */
    private char peek() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c;
            }
            at++;
        }
        return 0;
    }

    private void expect(char c) {
        if (peek() != c) {
            throw wrong("expected '" + c + "'");
        }
        at++;
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("JSON, at character " + at + ": " + what);
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> object) {
            char separator = '{';
            for (Map.Entry<?, ?> entry : object.entrySet()) {
                out.append(separator);
                separator = ',';
                quote(entry.getKey().toString(), out);
                out.append(':');
                write(entry.getValue(), out);
            }
            out.append(separator == '{' ? "{}" : "}");
        } else if (value instanceof Iterable<?> array) {
            char separator = '[';
            for (Object element : array) {
                out.append(separator);
                separator = ',';
                write(element, out);
            }
            out.append(separator == '[' ? "[]" : "]");
        } else if (value == null || value instanceof Boolean || value instanceof Number) {
            out.append(value);
        } else {
            quote(value.toString(), out);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < ' ' || c == '\u2028' || c == '\u2029') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
