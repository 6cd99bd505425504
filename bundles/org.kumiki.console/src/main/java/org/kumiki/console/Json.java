package org.kumiki.console;

import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.Map;

/**
 * Writes records as JSON objects, component by component, and what they are made of: texts, numbers, truth values, lists and maps. A
 * component that is null is left out.
 * <p>
 * The characters that mean something to HTML are escaped too. Nobody should ever put this text into a page; if somebody does, it is inert.
 */
final class Json {

    private final StringBuilder text = new StringBuilder(1 << 12);

    private Json() {
    }

    static String write(Object value) {
        Json json = new Json();
        json.value(value);
        return json.text.toString();
    }

    private void value(Object value) {
        if (value == null) {
            text.append("null");
        } else if (value instanceof Record record) {
            components(record);
        } else if (value instanceof Map<?, ?> map) {
            entries(map);
        } else if (value instanceof Iterable<?> items) {
            items(items.iterator());
        } else if (value instanceof Double number && !Double.isFinite(number)) {
            text.append("null");
        } else if (value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            string(value.toString());
        }
    }

    private void components(Record record) {
        text.append('{');
        boolean first = true;
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = read(record, component);
            if (value != null) {
                text.append(first ? "" : ",");
                string(component.getName());
                text.append(':');
                value(value);
                first = false;
            }
        }
        text.append('}');
    }

    private static Object read(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("cannot read " + component + " of " + record.getClass(), e);
        }
    }

    private void entries(Map<?, ?> map) {
        text.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(first ? "" : ",");
            string(entry.getKey().toString());
            text.append(':');
            value(entry.getValue());
            first = false;
        }
        text.append('}');
    }

    private void items(Iterator<?> items) {
        text.append('[');
        while (items.hasNext()) {
            value(items.next());
            text.append(items.hasNext() ? "," : "");
        }
        text.append(']');
    }

    private void string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\'' || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029
                            || Character.isSurrogate(c)) {
                        text.append("\\u").append(Character.forDigit(c >> 12, 16)).append(Character.forDigit(c >> 8 & 15, 16))
                                .append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
