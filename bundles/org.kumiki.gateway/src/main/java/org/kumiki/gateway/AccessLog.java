package org.kumiki.gateway;

import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line a request. It never holds a query, a header or a body, for all of them may hold signatures; and of what a client sent only
 * characters that cannot be taken for anything else.
 */
final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("org.kumiki.gateway.access");
    private static final Pattern NOT_PLAIN = Pattern.compile("[^!-~]");
    private static final int MAX_WORD = 64;
    private static final int MAX_PLAIN = 256;

    private AccessLog() {
    }

    static void write(Exchange exchange, HttpServletRequest request, HttpServletResponse response) {
        if (LOG.isInfoEnabled()) {
            LOG.info(line(exchange, request.getMethod(), response.getStatus(), response.getHeader("Content-Length"),
                    (System.nanoTime() - exchange.started) / 1_000));
        }
    }

    static String line(Exchange exchange, String method, int status, String length, long micros) {
        return plain(exchange.client) + ' ' + word(exchange.facade) + ' ' + word(exchange.action) + ' ' + word(method) + ' '
                + plain(exchange.path) + ' ' + status + ' ' + word(length) + ' ' + micros + "us " + exchange.id;
    }

    private static String word(String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_WORD) {
            return "-";
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isOfWord(text.charAt(i))) {
                return "-";
            }
        }
        return text;
    }

    private static boolean isOfWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-';
    }

    private static String plain(String text) {
        if (text == null) {
            return "-";
        }
        String shortened = text.substring(0, Math.min(text.length(), MAX_PLAIN));
        for (int i = 0; i < shortened.length(); i++) {
            if (shortened.charAt(i) < '!' || shortened.charAt(i) > '~') {
                return NOT_PLAIN.matcher(shortened).replaceAll("?");
            }
        }
        return shortened;
    }
}
