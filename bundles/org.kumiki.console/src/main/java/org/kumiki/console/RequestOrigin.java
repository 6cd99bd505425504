package org.kumiki.console;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Where a request comes from, as browsers tell it. Felix's console has no protection against requests that another site's page makes in
 * an operator's browser; this is it, for every page and plug-in of the console.
 * <p>
 * Cookies do not help alone: they know no ports, so a page that the cloud endpoint serves from the same address is not another site to
 * them.
 *
 * @param method    of the request
 * @param authority host and port that the browser was told to ask
 * @param origin    header {@code Origin}, or null
 * @param site      header {@code Sec-Fetch-Site}, or null
 * @param mode      header {@code Sec-Fetch-Mode}, or null
 */
record RequestOrigin(String method, String authority, String origin, String site, String mode) {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    static RequestOrigin of(HttpServletRequest request) {
        return new RequestOrigin(request.getMethod(), request.getHeader("Host"), request.getHeader("Origin"),
                request.getHeader("Sec-Fetch-Site"), request.getHeader("Sec-Fetch-Mode"));
    }

    boolean reads() {
        return READING.contains(method);
    }

    /** Whether this is, or may be, the doing of somebody else's page. Following a link to the console is not. */
    boolean foreign() {
        if (origin != null) {
            return !sameAuthority();
        }
        if (site != null && !OWN.contains(site)) {
            return !(reads() && "navigate".equals(mode));
        }
        return false;
    }

    /** Whether nothing says where it comes from, as with a program that is no browser. */
    boolean unknown() {
        return origin == null && site == null;
    }

    private boolean sameAuthority() {
        try {
            return authority != null && authority.equalsIgnoreCase(new URI(origin).getRawAuthority());
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
