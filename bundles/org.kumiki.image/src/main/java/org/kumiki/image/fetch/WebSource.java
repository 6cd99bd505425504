package org.kumiki.image.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SSLSocketFactory;

import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/**
 * Fetches a URL of a stranger without being led astray by it.
 * <p>
 * A name is resolved once, all its addresses are checked, and the connection is made to a checked address, not to the name: a name
 * server that answers differently the second time changes nothing. Each redirect goes through the same gate. The JDK's own clients
 * resolve the name themselves, after any check, so this speaks the little HTTP it needs.
 */
public final class WebSource {

    private static final int MOST_REDIRECTS = 5;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

    /** Asks for the addresses of a name. */
    @FunctionalInterface
    public interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    private final AddressRules rules;
    private final Resolver resolver;
    private final SSLSocketFactory tls;
    private final Duration silence;
    private final Duration limit;

    /**
     * @param silence how long a server may say nothing
     * @param limit   how long the whole of it may take
     */
    public WebSource(AddressRules rules, Duration silence, Duration limit) {
        this(rules, host -> List.of(InetAddress.getAllByName(host)), (SSLSocketFactory) SSLSocketFactory.getDefault(), silence, limit);
    }

    WebSource(AddressRules rules, Resolver resolver, SSLSocketFactory tls, Duration silence, Duration limit) {
        this.rules = rules;
        this.resolver = resolver;
        this.tls = tls;
        this.silence = silence;
        this.limit = limit;
    }

    /**
     * Opens a URL. Reading blocks, for as long as the limits allow.
     *
     * @return what is there, to be closed; it ends with an {@link IOException} if less comes than was promised
     * @throws StorageException if the URL, one that it redirects to, or an address of either is refused, or if nothing is there
     */
    public InputStream open(URI uri) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        URI at = uri;
        for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
            WebAddress address = WebAddress.of(at);
            Connection connection = connect(address, end);
            try {
                HttpHead head = connection.ask(address);
                if (head.status() == 200) {
                    return connection.body(head);
                }
                if (!REDIRECTS.contains(head.status())) {
                    throw answered(at, head.status());
                }
                at = redirect(at, address, head);
            } catch (IOException | RuntimeException e) {
                connection.close();
                throw e;
            }
            connection.close();
        }
        throw new StorageException(Reason.REFUSED, "The URL " + WebAddress.withoutSecrets(uri) + " redirects too often.");
    }

    private Connection connect(WebAddress address, long end) throws IOException {
        IOException last = new IOException("the host " + address.host() + " has no address");
        for (InetAddress checked : resolve(address.host())) {
            try {
                return Connection.open(address, checked, tls, silence, Duration.ofNanos(end - System.nanoTime()));
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /** All addresses must be good: a name that also leads where nothing is fetched from is up to something. */
    private List<InetAddress> resolve(String host) {
        List<InetAddress> addresses;
        try {
            addresses = resolver.resolve(host);
        } catch (UnknownHostException e) {
            throw new StorageException(Reason.UNAVAILABLE, "The host " + host + " is not known.", e);
        }
        for (InetAddress address : addresses) {
            if (!rules.permits(address)) {
                throw new StorageException(Reason.REFUSED, "The host " + host + " is at " + address.getHostAddress()
                        + ", and images are not fetched from there; an operator may allow it.");
            }
        }
        return addresses;
    }

    private static URI redirect(URI from, WebAddress address, HttpHead head) {
        URI to;
        try {
            to = from.resolve(head.header("location").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new StorageException(Reason.REFUSED, "The URL " + WebAddress.withoutSecrets(from) + " redirects to nonsense.", e);
        }
        if (address.secure() && !WebAddress.of(to).secure()) {
            throw new StorageException(Reason.REFUSED, "The URL " + WebAddress.withoutSecrets(from) + " redirects from https to http.");
        }
        return to;
    }

    private static StorageException answered(URI uri, int status) {
        return new StorageException(status >= 500 ? Reason.UNAVAILABLE : Reason.REFUSED,
                "The URL " + WebAddress.withoutSecrets(uri) + " answers with HTTP status " + status + ".");
    }
}
