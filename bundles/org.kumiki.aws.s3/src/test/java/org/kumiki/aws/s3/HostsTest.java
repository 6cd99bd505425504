package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buckets that are named by hosts, and websites. */
class HostsTest {

    private TestCloud cloud;
    private Client client;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        cloud = new TestCloud(data);
        client = new Client(cloud.endpoint(), TestCloud.KEY);
        client.call("PUT", "/site");
        for (String key : new String[] { "index.html", "docs/index.html", "error.html" }) {
            client.call("PUT", "/site/" + key, Map.of("x-amz-acl", "public-read", "Content-Type", "text/html"), key.getBytes(StandardCharsets.UTF_8));
        }
        client.call("PUT", "/site?acl", Map.of("x-amz-acl", "public-read"), new byte[0]);
        client.call("PUT", "/site?website", "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument>"
                + "<ErrorDocument><Key>error.html</Key></ErrorDocument></WebsiteConfiguration>");
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @Test
    void nameABucket() throws Exception {
        assertThat(get("site.s3.localhost", "/docs/index.html")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\ndocs/index.html");
        assertThat(get("site.s3.localhost", "/")).contains("<ListBucketResult").contains("<Key>error.html</Key>");
    }

    @Test
    void nameAWebsite() throws Exception {
        assertThat(get("site.s3-website.localhost", "/")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nindex.html");
        assertThat(get("site.s3-website.localhost", "/docs/")).endsWith("\r\n\r\ndocs/index.html");
        assertThat(get("site.s3-website.localhost", "/docs")).startsWith("HTTP/1.1 302").contains("Location: /docs/");
        assertThat(get("site.s3-website.localhost", "/none")).startsWith("HTTP/1.1 404").endsWith("\r\n\r\nerror.html");
    }

    @Test
    void leadElsewhere() throws Exception {
        client.call("PUT", "/site?website", "<WebsiteConfiguration><RedirectAllRequestsTo><HostName>example.org</HostName></RedirectAllRequestsTo>"
                + "</WebsiteConfiguration>");

        assertThat(get("site.s3-website.localhost", "/a")).startsWith("HTTP/1.1 301").contains("Location: http://example.org/a");
    }

    private String get(String host, String path) throws IOException {
        try (Socket socket = new Socket(cloud.endpoint().getHost(), cloud.endpoint().getPort())) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
