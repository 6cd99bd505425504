package org.kumiki.gateway;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code application/x-www-form-urlencoded} text, of a query or a body. */
final class Parameters {

    private static final String TYPE = "application/x-www-form-urlencoded";

    private Parameters() {
    }

    /** Whether a body of this type is such text. */
    static boolean areIn(String contentType) {
        return contentType != null && contentType.regionMatches(true, 0, TYPE, 0, TYPE.length());
    }

    /** The first value of one parameter, or null; reads no further than that. */
    static String find(String encoded, String name) {
        if (encoded == null) {
            return null;
        }
        for (int at = encoded.indexOf(name); at >= 0; at = encoded.indexOf(name, at + 1)) {
            int equals = at + name.length();
            if ((at == 0 || encoded.charAt(at - 1) == '&') && equals < encoded.length() && encoded.charAt(equals) == '=') {
                int end = encoded.indexOf('&', equals);
                return decode(encoded.substring(equals + 1, end < 0 ? encoded.length() : end));
            }
        }
        return null;
    }

    /** Every parameter of several texts, which may be null. */
    static Map<String, String[]> all(String... encoded) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String text : encoded) {
            for (String pair : text == null ? new String[0] : text.split("&")) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                    values.computeIfAbsent(name, n -> new ArrayList<>()).add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
                }
            }
        }
        Map<String, String[]> parameters = new LinkedHashMap<>();
        values.forEach((name, list) -> parameters.put(name, list.toArray(String[]::new)));
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // not encoded as it should be: it will match nothing, and its reader will say so
        }
    }
}
