package org.kumiki.aws.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class MemoTest {

    private final List<String> asked = new ArrayList<>();
    private final Memo<String, Integer> lengths = new Memo<>(2, text -> {
        asked.add(text);
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        return text.length();
    });

    @Test
    void asksOnce() {
        assertThat(lengths.get("one")).isEqualTo(3);
        assertThat(lengths.get("one")).isEqualTo(3);

        assertThat(asked).containsExactly("one");
    }

    @Test
    void remembersNoFailure() {
        assertThatThrownBy(() -> lengths.get("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lengths.get("")).isInstanceOf(IllegalArgumentException.class);

        assertThat(asked).containsExactly("", "");
    }

    @Test
    void startsOverWhenThereAreMany() {
        lengths.get("one");
        lengths.get("three");
        lengths.get("eleven");
        lengths.get("one");

        assertThat(asked).containsExactly("one", "three", "eleven", "one");
    }
}
