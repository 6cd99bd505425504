package org.kumiki.console;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * What is shown instead of a page to whoever is not logged in. It is whole in itself, because nothing else is served to them, and it holds
 * nothing of the request: its form goes to the address that was asked for.
 */
final class LoginPage {

    /** What to say above the form. */
    enum Message {
        WELCOME, WRONG, WAIT
    }

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([a-z.]+)}");
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
            + "frame-ancestors 'none'; base-uri 'none'";

    private final String template = Resources.text("/login/login.html");

    /** Asks for name and password; programs get one line. */
    void ask(HttpServletRequest request, HttpServletResponse response, Message message) throws IOException {
        write(request, response, HttpServletResponse.SC_UNAUTHORIZED, message);
    }

    void tooManyAttempts(HttpServletRequest request, HttpServletResponse response, Duration wait) throws IOException {
        response.setHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
        write(request, response, 429, Message.WAIT);
    }

    private void write(HttpServletRequest request, HttpServletResponse response, int status, Message message) throws IOException {
        ResourceBundle texts = ResourceBundle.getBundle("OSGI-INF/l10n/bundle", request.getLocale(), LoginPage.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        String said = texts.getString("login." + message.name().toLowerCase(Locale.ROOT));
        String accept = request.getHeader("Accept");
        response.setStatus(status);
        response.setCharacterEncoding("UTF-8");
        if (accept != null && accept.contains("text/html")) {
            response.setHeader("Content-Security-Policy", POLICY);
            response.setContentType("text/html");
            response.getWriter().write(fill(texts, said, message));
        } else {
            response.setContentType("application/json");
            response.getWriter().write(Json.write(new Refused(said)));
        }
    }

    private String fill(ResourceBundle texts, String said, Message message) {
        return VARIABLE.matcher(template).replaceAll(variable -> Matcher.quoteReplacement(switch (variable.group(1)) {
            case "message" -> said;
            case "message.kind" -> message.name().toLowerCase(Locale.ROOT);
            case "language" -> texts.getLocale().getLanguage().isEmpty() ? "en" : texts.getLocale().getLanguage();
            default -> texts.getString(variable.group(1));
        }));
    }

    /** What a program reads. */
    record Refused(String error) {
    }
}
