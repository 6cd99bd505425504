package org.kumiki.image.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLSocketFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.storage.StorageException;

/** Threats T11 and T12: redirects, name servers that change their mind, and servers that never end. */
class WebSourceTest {

    private static final Duration PATIENT = Duration.ofSeconds(30);

    private ScriptedServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer(ServerSocketFactory.getDefault());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void fetchesABodyOfKnownLength() throws IOException {
        server.say("/disk?x=1", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more");

        assertThat(fetch("/disk?x=1")).isEqualTo("hello");
        assertThat(server.requests().get(0)).startsWith("GET /disk?x=1 HTTP/1.1\r\n").contains("Host: images.example:" + server.port() + "\r\n");
    }

    @Test
    void fetchesAChunkedBody() throws IOException {
        server.say("/disk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n");

        assertThat(fetch("/disk")).isEqualTo("hello, world");
    }

    @Test
    void fetchesABodyThatEndsWithTheConnection() throws IOException {
        server.say("/disk", "HTTP/1.0 200 OK\r\n\r\nhello");

        assertThat(fetch("/disk")).isEqualTo("hello");
    }

    @Test
    void noticesThatABodyWasCutOff() {
        server.say("/sized", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
        server.say("/chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello");
        server.say("/unended", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");

        for (String path : List.of("/sized", "/chunked", "/unended")) {
            assertThatThrownBy(() -> fetch(path)).isInstanceOf(IOException.class).hasMessageContaining("closed the connection");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "SSH-2.0-x\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    void refusesToReadNonsense(String response) {
        server.say("/disk", response);

        assertThatThrownBy(() -> fetch("/disk")).isInstanceOf(IOException.class);
    }

    @Test
    void cutsOffHeadersWithoutEnd() {
        server.run("/disk", out -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
            byte[] header = ("X: " + "y".repeat(1000) + "\r\n").getBytes(ISO_8859_1);
            for (int i = 0; i < 10_000; i++) {
                out.write(header);
            }
        });

        assertThatThrownBy(() -> fetch("/disk")).isInstanceOf(IOException.class).hasMessageContaining("headers");
    }

    @Test
    void saysWhatAServerAnswered() {
        server.say("/missing", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        server.say("/broken", "HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n");

        assertThatThrownBy(() -> fetch("/missing")).isInstanceOf(StorageException.class).hasMessageContaining("404");
        assertThatThrownBy(() -> fetch("/broken")).isInstanceOf(StorageException.class).hasMessageContaining("503");
    }

    @Test
    void followsARedirect() throws IOException {
        server.say("/old", redirect("/new?x"));
        server.say("/new?x", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        assertThat(fetch("/old")).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::1]/", "http://2130706433/", "file:///etc/passwd",
            "gopher://127.0.0.1/", "//192.168.0.1/", "http://inside.example/", "http://user@images.example/"})
    void refusesARedirectToWhereItWouldNotGoItself(String location) {
        server.say("/disk", redirect(location));

        assertThatThrownBy(() -> fetch("/disk")).isInstanceOf(StorageException.class).hasMessageMatching(".*(is refused|not fetched from there).*");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void refusesToGoRoundInCircles() {
        server.say("/disk", redirect("/disk"));

        assertThatThrownBy(() -> fetch("/disk")).isInstanceOf(StorageException.class).hasMessageContaining("too often");
        assertThat(server.requests()).hasSize(6);
    }

    @Test
    void connectsToTheAddressThatWasCheckedWhateverTheNameServerSaysNext() throws IOException {
        server.say("/disk", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "10.0.0.1"));

        try (InputStream in = source(host -> List.of(InetAddress.getByName(answers.pop())), PATIENT, PATIENT).open(uri("/disk"))) {
            assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo("ok");
        }

        assertThat(answers).as("the name server was asked once").hasSize(1);
    }

    @Test
    void checksTheAddressAgainAfterARedirectToTheSameName() {
        server.say("/disk", redirect("/again"));
        Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "10.0.0.1"));

        assertThatThrownBy(() -> source(host -> List.of(InetAddress.getByName(answers.pop())), PATIENT, PATIENT).open(uri("/disk")))
                .isInstanceOf(StorageException.class).hasMessageContaining("10.0.0.1");
    }

    @Test
    void refusesANameOfWhichOnlySomeAddressesAreGood() {
        WebSource source = source(host -> List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("10.0.0.1")), PATIENT, PATIENT);

        assertThatThrownBy(() -> source.open(uri("/disk"))).isInstanceOf(StorageException.class).hasMessageContaining("10.0.0.1");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void givesUpOnASilentServer() {
        CountDownLatch done = new CountDownLatch(1);
        server.run("/disk", out -> await(done));

        assertThatThrownBy(() -> open("/disk", Duration.ofMillis(200), PATIENT)).isInstanceOf(IOException.class);
        done.countDown();
    }

    @Test
    void cutsAServerOffThatAlwaysSaysALittle() {
        server.run("/disk", out -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
            while (true) { // until the client hangs up
                out.write('x');
                out.flush();
            }
        });

        assertThatThrownBy(() -> open("/disk", PATIENT, Duration.ofMillis(500))).isInstanceOf(IOException.class)
                .hasMessageContaining("takes too long");
    }

    @Test
    void saysSoAlsoIfItWasCutOffBetweenHeadersAndBody() {
        CountDownLatch cut = new CountDownLatch(1);
        server.run("/disk", out -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
            try {
                while (true) { // until the client hangs up
                    out.write(new byte[1024]);
                }
            } finally {
                cut.countDown();
            }
        });
        WebAddress address = WebAddress.of(uri("/disk"));

        assertThatThrownBy(() -> {
            Connection connection = Connection.open(address, InetAddress.getByName("127.0.0.1"), (SSLSocketFactory) SSLSocketFactory.getDefault(), PATIENT,
                    Duration.ofMillis(500));
            HttpHead head = connection.ask(address);
            await(cut);
            connection.body(head);
        }).isInstanceOf(IOException.class).hasMessageContaining("takes too long");
    }

    private String fetch(String path) throws IOException {
        return open(path, PATIENT, PATIENT);
    }

    private String open(String path, Duration silence, Duration limit) throws IOException {
        try (InputStream in = source(WebSourceTest::resolve, silence, limit).open(uri(path))) {
            byte[] block = new byte[1024];
            StringBuilder body = new StringBuilder();
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                if (body.length() < 1 << 20) {
                    body.append(new String(block, 0, count, ISO_8859_1));
                }
            }
            return body.toString();
        }
    }

    private URI uri(String path) {
        return URI.create("http://images.example:" + server.port() + path);
    }

    /** The operator allows 127.0.0.1 and nothing else. */
    private static WebSource source(WebSource.Resolver resolver, Duration silence, Duration limit) {
        return new WebSource(new AddressRules(List.of(Cidr.parse("127.0.0.1/32"))), resolver, (SSLSocketFactory) SSLSocketFactory.getDefault(),
                silence, limit);
    }

    private static List<InetAddress> resolve(String host) throws UnknownHostException {
        return List.of(InetAddress.getByName(switch (host) {
            case "images.example" -> "127.0.0.1";
            case "inside.example" -> "127.0.0.2";
            default -> host;
        }));
    }

    private static String redirect(String location) {
        return "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
