package org.kumiki.aws.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

/** Digests as Amazon's service has answered them. */
class DigestsTest {

    @Test
    void digestsBodies() {
        assertThat(Digests.of("This is a test message")).isEqualTo("fafb00f5732ab283681e124bf8747ed1");
    }

    @Test
    void digestsAttributes() {
        assertThat(Digests.of(Map.of("timestamp", new MessageAttribute("Number", "1493147359900")))).isEqualTo("235c5c510d26fb653d073faed50ae77c");
    }

    @Test
    void digestsAttributesInTheOrderOfTheirNames() {
        MessageAttribute text = new MessageAttribute("String", "ü");
        MessageAttribute bytes = new MessageAttribute("Binary.png", "AAEC");

        assertThat(Digests.of(Map.of("b", text, "a", bytes))).isEqualTo("bc47329534881b501a180a96d59b341b");
    }
}
