package org.kumiki.image.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/** Threat T10: URLs that lead where a client could not go itself. */
class WebAddressTest {

    private static final WebSource SOURCE = new WebSource(new AddressRules(List.of()), Duration.ofSeconds(5), Duration.ofSeconds(10));

    @ParameterizedTest
    @ValueSource(strings = {
            "http://127.0.0.1/", "http://127.0.0.1:8774/", "http://127.1/", "http://127.0.1/", "http://127.8.8.8/", "http://0/", "http://0.0.0.0/",
            "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/",
            "http://00127.0.0.1/", "http://127.0.0.01/", "http://127.0.0.1./", "http://localhost/", "http://LOCALHOST/", "http://localhost./",
            "https://localhost:443/", "http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fd00:ec2::254]/",
            "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://169.254.169.254/latest/meta-data/", "http://2852039166/",
            "http://0xa9fea9fe/", "http://0251.0376.0251.0376/", "http://169.254.43518/", "http://10.0.0.1/", "http://172.16.0.1/",
            "http://192.168.0.1/", "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "file:///etc/passwd",
            "file://localhost/etc/passwd", "gopher://127.0.0.1:6379/_INFO", "ftp://198.51.100.1/disk", "dict://127.0.0.1:11211/stats",
            "ldap://127.0.0.1/", "jar:http://127.0.0.1!/a", "jar:file:///etc/passwd!/a", "netdoc:///etc/passwd", "data:,hello", "mailto:a@b",
            "//127.0.0.1/", "/etc/passwd", "disk.qcow2", "http:///disk", "http:disk", "http://user@10.0.0.1/", "http://example.com@127.0.0.1/",
            "http://user:secret@example.com/", "http://example.com:0/", "http://example.com:70000/", "http://under_score.example/",
            "http://-example.com/", "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/", "http://127\u30020\u30020\u30021/", "http://exam%70le.com/",
            "http://[v1.a]/", "http://1.2.3/", "http://1.2.3.4.5/", "http://999.1.1.1/", "http://a..b/"})
    void isRefused(String text) {
        assertThatThrownBy(() -> SOURCE.open(new URI(text))).satisfiesAnyOf(
                e -> assertThat(e).isInstanceOf(URISyntaxException.class),
                e -> assertThat(e).isInstanceOf(StorageException.class).extracting(x -> ((StorageException) x).reason())
                        .isEqualTo(Reason.REFUSED));
    }

    @Test
    void readsAPlainUrl() {
        assertThat(WebAddress.of(URI.create("https://images.example.com/a/b%20c.qcow2?x=1&y=2#part")))
                .isEqualTo(new WebAddress(true, "images.example.com", 443, "/a/b%20c.qcow2?x=1&y=2"));
        assertThat(WebAddress.of(URI.create("HTTP://Images.Example.com"))).isEqualTo(new WebAddress(false, "images.example.com", 80, "/"));
        assertThat(WebAddress.of(URI.create("http://[2a00::1]:8080/x")).authority()).isEqualTo("[2a00::1]:8080");
    }

    @Test
    void saysNoSecretsInItsRefusal() {
        assertThatThrownBy(() -> WebAddress.of(URI.create("http://bob:secret@example.com/disk?signature=secret"))).hasMessageContaining("disk")
                .hasMessageNotContaining("secret").hasMessageNotContaining("bob");
    }
}
