package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {

    @Test
    void keepsLettersLinesAndTabs() {
        assertThat(PlainText.of("Grüße, 組木\n\tok\n")).isEqualTo("Grüße, 組木\n\tok\n");
    }

    @Test
    void takesColoursAndCursorMovesOut() {
        assertThat(PlainText.of("\u001b[1;31mred\u001b[0m \u001b[2J\u001b[10;20Hthere\u001b[?25l\u009b3mx")).isEqualTo("red therex");
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "\u001b]0;a title\u0007", "\u001b]52;c;cm0gLXJm\u001b\\", "\u001b]8;;http://evil.example\u001b\\", "\u009d0;a title\u009c",
            "\u001bP1$r0m\u001b\\", "\u001b^private\u001b\\", "\u001b_Gdata\u001b\\", "\u001bXstring\u001b\\", "\u001b(B", "\u001b#8",
            "\u001bc", "\u001b=", "\u001b[>0;276;0c", "\u001b[!p", "\u0000\u0001\u0005\u000e\u000f\u007f\u0085\u0099" })
    void takesWhateverATerminalObeysOut(String sequence) {
        assertThat(PlainText.of("a" + sequence + "b")).isEqualTo("ab");
    }

    @Test
    void aSequenceThatNeverEndsEatsOneLineAtMost() {
        assertThat(PlainText.of("a\u001b]0;title without an end\nnext line")).isEqualTo("a\nnext line");
        assertThat(PlainText.of("a\u001b[12;")).isEqualTo("a");
        assertThat(PlainText.of("a\u001b")).isEqualTo("a");
    }

    @Test
    void theDirectionOfWritingCannotBeTurned() {
        assertThat(PlainText.of("user\u202egnp.exe\u2066\u2069\u200f\u061c")).isEqualTo("usergnp.exe");
    }

    @Test
    void aLineWrittenOverShowsItsLastState() {
        assertThat(PlainText.of("10 %\r50 %\r100 %\r\ndone\r\r\n")).isEqualTo("100 %\ndone\n");
        assertThat(PlainText.of("first\nabc\b\b\bx\b\b\b\by")).isEqualTo("first\ny");
    }

    @Test
    void nothingThatControlsIsEverLeft() {
        Random random = new Random(42);
        String nasty = "\u001b[]P\\\u0007;0m\n\r\b\u009b\u009d";
        for (int i = 0; i < 2_000; i++) {
            StringBuilder noise = new StringBuilder();
            for (int j = 0; j < 60; j++) {
                noise.append((char) (random.nextInt(4) == 0 ? nasty.charAt(random.nextInt(nasty.length())) : random.nextInt(0x100)));
            }
            assertThat(PlainText.of(noise.toString())).doesNotMatch("(?s).*[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f].*");
        }
    }
}
