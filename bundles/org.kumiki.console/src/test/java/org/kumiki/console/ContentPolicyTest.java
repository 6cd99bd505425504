package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

class ContentPolicyTest {

    @Test
    void allowsTheHeadersOwnScriptsByTheirHashesAndNoOthers() {
        String header = "<script type=\"text/javascript\">root = \"${root}\";</script>\r\n<script src=\"a.js\"></script>"
                + "<script>\r\ntwo()</script>";

        String policy = new ContentPolicy(header).allowing(Map.of("root", "/x"));

        // printf 'root = "/x";' | openssl dgst -sha256 -binary | base64, and the same of '\ntwo()'
        assertThat(policy).startsWith("default-src 'none';").endsWith("script-src 'self'"
                + " 'sha256-OYamDoyRa8Aibw+s0WNLevPale1rIGPxpGzdqrpugKE=' 'sha256-Lb2lc9BzdFQqYRFBcRPaZUZ0kClPkx4OtyGKdmIkL+s='")
                .doesNotContain("unsafe-eval").doesNotContainPattern("script-src[^;]*unsafe-inline");
    }

    @Test
    void theConsolesHeaderHasTwo() {
        String policy = ContentPolicy.ofConsole().allowing(Map.of("appRoot", "/system/console", "head.label", "x"));

        assertThat(policy.split("'sha256-", -1)).hasSize(3);
    }
}
