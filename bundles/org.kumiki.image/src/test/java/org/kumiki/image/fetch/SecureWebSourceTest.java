package org.kumiki.image.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.storage.StorageException;
import org.kumiki.image.Program;

/** The connection goes to an address, but the certificate must be that of the name. */
class SecureWebSourceTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path directory;

    private SSLContext tls;
    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        Path store = directory.resolve("store");
        Program.run(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keystore", store.toString(),
                "-storepass", PASSWORD, "-keyalg", "EC", "-alias", "server", "-dname", "CN=images.example", "-ext", "san=dns:images.example"),
                directory, Optional.empty(), Duration.ofMinutes(1));
        tls = context(store);
        server = new ScriptedServer(tls.getServerSocketFactory());
        server.say("/disk", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        server.say("/downgrade", "HTTP/1.1 302 Found\r\nLocation: http://images.example/\r\nContent-Length: 0\r\n\r\n");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void fetchesFromTheNameThatTheCertificateIsFor() throws Exception {
        try (InputStream in = source().open(uri("images.example", "/disk"))) {
            assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo("ok");
        }
    }

    @Test
    void refusesACertificateOfAnotherName() {
        assertThatThrownBy(() -> source().open(uri("other.example", "/disk"))).isInstanceOf(SSLException.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void refusesARedirectFromHttpsToHttp() {
        assertThatThrownBy(() -> source().open(uri("images.example", "/downgrade"))).isInstanceOf(StorageException.class)
                .hasMessageContaining("from https to http");
    }

    private URI uri(String host, String path) {
        return URI.create("https://" + host + ":" + server.port() + path);
    }

    private WebSource source() {
        return new WebSource(new AddressRules(List.of(Cidr.parse("127.0.0.1/32"))), host -> List.of(InetAddress.getByName("127.0.0.1")),
                tls.getSocketFactory(), Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    private static SSLContext context(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
