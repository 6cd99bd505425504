package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestOriginTest {

    private static final String HOST = "127.0.0.1:8775";

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            // method, Origin,                  Sec-Fetch-Site, Sec-Fetch-Mode
            "GET,   -,                          -,              -",
            "GET,   -,                          none,           navigate",
            "GET,   -,                          same-origin,    cors",
            "GET,   -,                          same-origin,    no-cors",
            "GET,   -,                          cross-site,     navigate",
            "GET,   -,                          same-site,      navigate",
            "POST,  http://127.0.0.1:8775,      same-origin,    cors",
            "POST,  http://127.0.0.1:8775,      -,              -",
            "POST,  https://127.0.0.1:8775,     -,              -",
            "POST,  -,                          -,              -" })
    void isOurOwnOrAProgramsOrALinkThatWasFollowed(String method, String origin, String site, String mode) {
        assertThat(new RequestOrigin(method, HOST, origin, site, mode).foreign()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            "POST,   http://evil.example,        cross-site,     navigate",
            "POST,   http://127.0.0.1:8774,      same-site,      cors",
            "POST,   http://127.0.0.1,           -,              -",
            "POST,   http://127.0.0.1:8775.evil, -,              -",
            "POST,   http://x@127.0.0.1:8775,    -,              -",
            "POST,   null,                       -,              -",
            "POST,   -,                          cross-site,     navigate",
            "POST,   -,                          same-site,      navigate",
            "DELETE, -,                          cross-site,     navigate",
            "GET,    http://evil.example,        -,              -",
            "GET,    -,                          same-site,      no-cors",
            "GET,    -,                          cross-site,     cors",
            "GET,    -,                          cross-site,     -",
            "GET,    not a uri at all,           -,              -" })
    void isTheDoingOfAnotherSitesPage(String method, String origin, String site, String mode) {
        assertThat(new RequestOrigin(method, HOST, origin, site, mode).foreign()).isTrue();
    }

    @Test
    void withoutAHostNoOriginIsOurs() {
        assertThat(new RequestOrigin("POST", null, "http://127.0.0.1:8775", null, null).foreign()).isTrue();
    }
}
