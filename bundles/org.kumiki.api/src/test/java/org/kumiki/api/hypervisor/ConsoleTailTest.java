package org.kumiki.api.hypervisor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConsoleTailTest {

    @Test
    void keepsTheEndOfAConsole() {
        ConsoleTail tail = new ConsoleTail(new byte[0]).then("begin ".getBytes(UTF_8)).then("x".repeat(ConsoleTail.LIMIT - 3).getBytes(UTF_8))
                .then("end".getBytes(UTF_8));

        assertThat(tail.bytes()).hasSize(ConsoleTail.LIMIT);
        assertThat(tail.text()).startsWith("xxx").endsWith("xxxend");
    }

    @Test
    void beginsACutConsoleWithAWholeCharacter() {
        assertThat(new ConsoleTail(("木".repeat(ConsoleTail.LIMIT / 3) + "xx").getBytes(UTF_8)).text()).startsWith("木").endsWith("木xx");
        assertThat(new ConsoleTail(new byte[] { 'a', (byte) 0xFF, 'b' }).text()).isEqualTo("a\uFFFDb");
    }

    @Test
    void isNobodyElsesToChange() {
        byte[] console = "as it was".getBytes(UTF_8);
        ConsoleTail tail = new ConsoleTail(console);

        console[0] = 'x';
        tail.bytes()[1] = 'x';

        assertThat(tail.text()).isEqualTo("as it was");
    }
}
