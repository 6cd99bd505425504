package org.kumiki.aws.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CharactersTest {

    @ParameterizedTest
    @ValueSource(strings = { "\u0000", "ab\u0008", "\u001f", "\ud800", "\ud800\ud800", "\udc00", "a\ud83c", "\ufffe", "\uffff" })
    void findsWhatXmlCannotHave(String text) {
        assertThat(Characters.forbidden(text)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a", "\t\n\r ", "ü組", "\ud83c\udf33", "\ud7ff\ue000\ufffd", "\u007f" })
    void allowsTheRest(String text) {
        assertThat(Characters.forbidden(text)).isEmpty();
    }

    @Test
    void countsBytesWithoutMakingThem() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            String text = random.ints(20, 1, 0x110000).filter(point -> point < 0xD800 || point > 0xDFFF)
                    .map(point -> random.nextBoolean() ? point % 0x900 + 1 : point)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
            assertThat(Characters.bytes(text)).isEqualTo(text.getBytes(UTF_8).length);
        }
    }
}
