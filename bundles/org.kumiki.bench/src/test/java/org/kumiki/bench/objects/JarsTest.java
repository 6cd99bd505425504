package org.kumiki.bench.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class JarsTest {

    @Test
    void asksForWhatComesFirstFirst() {
        assertThat(Jars.pom(List.of("g:first:1.0", "h:second:2.0"))).containsSubsequence(
                "<groupId>g</groupId><artifactId>first</artifactId><version>1.0</version>",
                "<groupId>h</groupId><artifactId>second</artifactId><version>2.0</version>");
    }
}
