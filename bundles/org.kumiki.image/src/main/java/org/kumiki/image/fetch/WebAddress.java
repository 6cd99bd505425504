package org.kumiki.image.fetch;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/**
 * A URL that is plain enough to be fetched: {@code http} or {@code https}, a host that every program would read the same way, and no
 * password in it.
 *
 * @param host   a name, an IPv4 address of four decimal numbers, or an IPv6 address without brackets
 * @param target what is asked of the server: path and query
 */
record WebAddress(boolean secure, String host, int port, String target) {

    private static final Pattern NAME = Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern V4 = Pattern.compile("(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})");
    private static final Pattern V6 = Pattern.compile("\\[[0-9a-f:.]+]");

    static WebAddress of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw refused(uri, "only http and https are fetched");
        }
        if (uri.getRawUserInfo() != null) {
            throw refused(uri, "it carries a user name");
        }
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        if (host.length() > 253 || !NAME.matcher(host).matches() && !V4.matcher(host).matches() && !V6.matcher(host).matches()) {
            throw refused(uri, "its host is not a plain name or address");
        }
        int port = uri.getPort() == -1 ? scheme.equals("https") ? 443 : 80 : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw refused(uri, "there is no such port");
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        if (!target.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw refused(uri, "it has characters that must be percent-encoded");
        }
        return new WebAddress(scheme.equals("https"), host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port, target);
    }

    /** As in the Host header. */
    String authority() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (secure ? 443 : 80) ? name : name + ":" + port;
    }

    /** The query is left out: it may hold a signature. */
    private static StorageException refused(URI uri, String why) {
        return new StorageException(Reason.REFUSED, "The URL " + withoutSecrets(uri) + " is refused: " + why + ".");
    }

    static String withoutSecrets(URI uri) {
        String text = uri.toString();
        int end = text.indexOf('?') < 0 ? text.length() : text.indexOf('?');
        int at = text.lastIndexOf('@', end - 1);
        int authority = text.indexOf("//");
        return authority >= 0 && at > authority ? text.substring(0, authority + 2) + "…" + text.substring(at, end) : text.substring(0, end);
    }
}
