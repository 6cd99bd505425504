package org.kumiki.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.apache.felix.webconsole.servlet.ServletConstants;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The login in front of the whole Web Console: nothing of it, no plug-in's page, script or picture, is served to anybody who is not logged
 * in. The console asks this service before each request, and stays shut while the service is not there.
 * <p>
 * A browser logs in by a form and keeps a session cookie. A program may send the name and password with each request (HTTP Basic), but is
 * never asked to, so that no browser remembers them.
 */
@Component(service = SecurityProvider.class, property = SecurityProvider.PROPERTY_ID + "=" + ConsoleLogin.ID)
public final class ConsoleLogin implements SecurityProvider {

    /** What the framework property {@code felix.webconsole.security.providers} must name. */
    static final String ID = "org.kumiki.console";

    static final String USER = "admin";
    static final String FIELD_USER = "kumiki-user";
    static final String FIELD_PASSWORD = "kumiki-password";

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleLogin.class);

    private final PasswordFile password;
    private final Sessions sessions;
    private final Throttle throttle;
    private final LoginPage page = new LoginPage();

    @Activate
    public ConsoleLogin(BundleContext context) throws IOException {
        this(new PasswordFile(dataDirectory(context).resolve("console-password")), System::nanoTime);
        password.ensure();
    }

    ConsoleLogin(PasswordFile password, LongSupplier clock) {
        this.password = password;
        this.sessions = new Sessions(clock);
        this.throttle = new Throttle(clock);
    }

    static Path dataDirectory(BundleContext context) {
        String directory = context.getProperty("kumiki.data");
        return Path.of(directory == null ? "data" : directory).toAbsolutePath();
    }

    @Override
    public Object authenticate(HttpServletRequest request, HttpServletResponse response) {
        SafeHeaders.add(request, response);
        RequestOrigin origin = RequestOrigin.of(request);
        try {
            if (origin.foreign()) {
                LOG.warn("refused {} {}: it was made by a page of another site", request.getMethod(), request.getRequestURI());
                response.sendError(HttpServletResponse.SC_FORBIDDEN, "This request was made by a page of another site.");
                return null;
            }
            Optional<String[]> credentials = basic(request);
            if (credentials.isPresent()) {
                return byCredentials(credentials.get(), request, response);
            }
            if (bySession(request)) {
                if (!origin.reads() && origin.unknown()) {
                    response.sendError(HttpServletResponse.SC_FORBIDDEN, "A request that changes something must say where it comes from.");
                    return null;
                }
                return new Operator(USER);
            }
            if (isLogin(request)) {
                logIn(request, response);
            } else {
                page.ask(request, response, LoginPage.Message.WELCOME);
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean authorize(Object user, String role) {
        return user instanceof Operator;
    }

    @Override
    public void logout(HttpServletRequest request, HttpServletResponse response) {
        String root = (String) request.getAttribute(ServletConstants.ATTR_APP_ROOT);
        tokens(request).forEach(sessions::end);
        response.addHeader("Set-Cookie", cookie(request, root, "", Duration.ZERO));
        response.setHeader("Location", root + "/");
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        try {
            response.flushBuffer(); // or else the console adds its own idea of a logout
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object byCredentials(String[] credentials, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Duration wait = throttle.ask();
        if (!wait.isZero()) {
            page.tooManyAttempts(request, response, wait);
            return null;
        }
        if (right(credentials[0], credentials[1], password.read(), request)) {
            return new Operator(USER);
        }
        page.ask(request, response, LoginPage.Message.WRONG);
        return null;
    }

    private void logIn(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Duration wait = throttle.ask();
        if (!wait.isZero()) {
            page.tooManyAttempts(request, response, wait);
            return;
        }
        Optional<String> expected = password.read();
        if (!right(parameter(request, FIELD_USER), parameter(request, FIELD_PASSWORD), expected, request)) {
            page.ask(request, response, LoginPage.Message.WRONG);
            return;
        }
        LOG.info("{} logged in from {}", USER, request.getRemoteAddr());
        String root = request.getContextPath() + request.getServletPath();
        String token = sessions.begin(expected.orElseThrow());
        response.addHeader("Set-Cookie", cookie(request, root, token, Sessions.LONGEST));
        response.setHeader("Location", backTo(request, root)); // so that a reload does not send the password again
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    }

    /** Both are compared in any case: the time does not tell which was wrong. */
    private boolean right(String name, String guess, Optional<String> expected, HttpServletRequest request) {
        boolean rightName = Secret.same(name, USER);
        boolean rightPassword = Secret.same(guess, expected.orElseGet(Secret::token));
        if (rightName & rightPassword) {
            throttle.succeeded();
            return true;
        }
        LOG.warn("refused a login from {}", request.getRemoteAddr());
        return false;
    }

    private boolean bySession(HttpServletRequest request) throws IOException {
        Optional<String> inForce = password.read();
        return tokens(request).stream().anyMatch(token -> sessions.knows(token, inForce));
    }

    private static boolean isLogin(HttpServletRequest request) {
        String type = request.getContentType();
        return "POST".equals(request.getMethod()) && type != null
                && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")
                && request.getParameter(FIELD_PASSWORD) != null;
    }

    private static Optional<String[]> basic(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return Optional.empty();
        }
        try {
            String pair = new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            String name = colon < 0 ? pair : pair.substring(0, colon);
            return Optional.of(new String[] { name, colon < 0 ? "" : pair.substring(colon + 1) });
        } catch (IllegalArgumentException e) {
            return Optional.of(new String[] { "", "" }); // not Base64: wrong credentials, like any others
        }
    }

    /** There may be several cookies of one name: another server at this address can add its own, but not take ours away. */
    private static List<String> tokens(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null ? List.of()
                : Stream.of(cookies).filter(cookie -> cookie.getName().equals(cookieName(request))).map(Cookie::getValue).toList();
    }

    /** Cookies know no ports, and two platforms may live on one machine: the name tells them apart. */
    private static String cookieName(HttpServletRequest request) {
        return "kumiki-console-" + request.getLocalPort();
    }

    private static String cookie(HttpServletRequest request, String root, String value, Duration age) {
        return cookieName(request) + "=" + value + "; Path=" + root + "; Max-Age=" + age.toSeconds() + "; HttpOnly; SameSite=Strict"
                + (request.isSecure() ? "; Secure" : "");
    }

    /** The page that was asked for before the login; of the console in any case, so a link cannot lead elsewhere. */
    private static String backTo(HttpServletRequest request, String root) {
        String path = request.getRequestURI();
        if (!path.startsWith(root + "/") || path.equals(root + "/logout")) {
            return root + "/";
        }
        return request.getQueryString() == null ? path : path + "?" + request.getQueryString();
    }

    private static String parameter(HttpServletRequest request, String name) {
        String value = request.getParameter(name);
        return value == null ? "" : value;
    }
}
