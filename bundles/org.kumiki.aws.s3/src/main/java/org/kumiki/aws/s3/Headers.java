package org.kumiki.aws.s3;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;

/**
 * What a request has in its headers.
 *
 * @param all each with its values in order, by its name in lower case
 */
record Headers(Map<String, List<String>> all) {

    static Headers of(HttpServletRequest request) {
        Map<String, List<String>> all = new HashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            all.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> List.copyOf(Collections.list(request.getHeaders(name))));
        }
        return new Headers(all);
    }

    /** Several values of a header are one, with commas. */
    Map<String, String> joined() {
        Map<String, String> joined = new HashMap<>();
        all.forEach((name, values) -> joined.put(name, values.size() == 1 ? values.get(0) : String.join(",", values)));
        return joined;
    }
}
