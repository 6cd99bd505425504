package org.kumiki.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** What every answer of the console tells the browser not to do. */
final class SafeHeaders {

    private SafeHeaders() {
    }

    /** A page may set a stricter policy of its own later. Felix's own pages carry scripts inside them, which a stricter one would stop. */
    static void add(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        boolean resource = request.getRequestURI().contains("/res/");
        response.setHeader("Cache-Control", resource ? "private, no-cache" : "no-store");
    }
}
