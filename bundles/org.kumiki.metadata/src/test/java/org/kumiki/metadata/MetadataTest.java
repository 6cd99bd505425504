package org.kumiki.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.network.GuestMetadata;

class MetadataTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Metadata metadata = new Metadata(new Tokens());
    private final GuestMetadata guest = Guests.guest(1, Optional.of("#!/bin/sh\n"));

    @ParameterizedTest
    @CsvSource({ "instance-id, i-00000000000000001", "local-ipv4, 172.31.16.1", "public-keys/, 0=me", "public-keys/0/, openssh-key",
            "public-keys/0/openssh-key, ssh-ed25519 AAAA me", "placement/availability-zone, us-east-1a", "placement/, 'availability-zone\nregion'",
            "mac, 02:4b:4d:1f:10:01", "network/interfaces/macs/, 02:4b:4d:1f:10:01/", "hostname, ip-172-31-16-1.ec2.internal" })
    void tellsAGuestAboutItself(String path, String value) {
        assertThat(get("/latest/meta-data/" + path)).isEqualTo(value);
        assertThat(get("/2009-04-04/meta-data/" + path)).isEqualTo(value);
    }

    @Test
    void listsWhatThereIs() {
        assertThat(get("/").lines()).contains("latest", "2009-04-04");
        assertThat(get("/latest/").lines()).containsExactly("dynamic/", "meta-data/");
        assertThat(get("/latest/meta-data/").lines()).contains("ami-id", "network/", "public-keys/").doesNotContain("public-keys");
        assertThat(get("/latest/dynamic/instance-identity/document")).contains("\"instanceId\" : \"i-00000000000000001\"");
    }

    @Test
    void handsUserDataOverAsItWas() {
        assertThat(get("/latest/user-data")).isEqualTo("#!/bin/sh\n");
        assertThat(answer("GET", "/latest/user-data", Map.of(), Guests.guest(1, Optional.empty())).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/latest/meta-data/nothing", "/latest/../etc/passwd", "/1999-01-01/meta-data/", "/latest/meta-datax" })
    void saysWhenThereIsNothing(String path) {
        assertThat(answer("GET", path, Map.of(), guest).status()).isEqualTo(404);
    }

    @Test
    void aTokenOpensWhileItLives() {
        String token = text(answer("PUT", "/latest/api/token", Map.of("x-aws-ec2-metadata-token-ttl-seconds", "60"), guest));

        Request request = new Request("GET", "/latest/meta-data/ami-id", Map.of("x-aws-ec2-metadata-token", token));
        assertThat(metadata.answer(request, guest, NOW.plusSeconds(59)).status()).isEqualTo(200);
        assertThat(metadata.answer(request, guest, NOW.plusSeconds(61)).status()).isEqualTo(401);
        assertThat(metadata.answer(request, Guests.guest(2, Optional.empty()), NOW).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "x", "-", "zzzzzz-", "zzzzzz-AAAA", "zzzzzzzzzzzzzzzzzzzzzzz-AAAA" })
    void aTokenThatIsNoneIsRefused(String token) {
        assertThat(answer("GET", "/latest/meta-data/ami-id", Map.of("x-aws-ec2-metadata-token", token), guest).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0", "21601", "-1", "99999999999", "1e3" })
    void aTokenNeedsALifeWithinTheLimits(String seconds) {
        assertThat(answer("PUT", "/latest/api/token", Map.of("x-aws-ec2-metadata-token-ttl-seconds", seconds), guest).status()).isEqualTo(400);
    }

    @Test
    void aForwardedRequestIsNobodys() {
        assertThat(answer("GET", "/latest/meta-data/ami-id", Map.of("x-forwarded-for", "10.0.0.1"), guest).status()).isEqualTo(403);
        assertThat(answer("PUT", "/latest/api/token", Map.of("x-forwarded-for", "10.0.0.1", "x-aws-ec2-metadata-token-ttl-seconds", "60"), guest)
                .status()).isEqualTo(403);
    }

    @Test
    void noHeaderMakesAGuestAnother() {
        Map<String, String> lies = Map.of("host", "i-00000000000000002", "x-instance-id", "i-00000000000000002", "x-real-ip", "172.31.16.2");

        assertThat(text(answer("GET", "/latest/meta-data/instance-id", lies, guest))).isEqualTo("i-00000000000000001");
    }

    @Test
    void onlyReadingIsAllowed() {
        assertThat(answer("POST", "/latest/meta-data/ami-id", Map.of(), guest).status()).isEqualTo(405);
        assertThat(answer("GET", "/latest/api/token", Map.of(), guest).status()).isEqualTo(405);
        assertThat(answer("HEAD", "/latest/meta-data/ami-id", Map.of(), guest).body()).isEmpty();
    }

    private String get(String path) {
        Response response = answer("GET", path, Map.of(), guest);
        assertThat(response.status()).isEqualTo(200);
        return text(response);
    }

    private Response answer(String method, String path, Map<String, String> headers, GuestMetadata whose) {
        return metadata.answer(new Request(method, path, headers), whose, NOW);
    }

    private static String text(Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
