package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "*           | anything     | true",
            "*           | ''           | true",
            "web-*       | web-1        | true",
            "web-*       | web-         | true",
            "web-*       | aweb-1       | false",
            "*-1         | web-1        | true",
            "*-1         | web-11       | false",
            "w*b*1       | wxbyb1       | true",
            "w*b*1       | wxb1y        | false",
            "a?c         | abc          | true",
            "a?c         | ac           | false",
            "*a*a*       | xaxa         | true",
            "*a*a*       | xax          | false",
            "**          | x            | true",
            "a.c         | abc          | false",
            "a\\*c       | a*c          | true",
            "a\\*c       | abc          | false",
            "a\\?c       | a?c          | true",
            "a\\\\c      | a\\c         | true",
            "[ab]        | a            | false" })
    void matchesAsEc2Does(String pattern, String text, boolean matches) {
        assertThat(new Wildcard(pattern).test(text)).isEqualTo(matches);
    }

    /** With backtracking into every star this would take longer than the universe has. */
    @Test
    void hostilePatternsTakeNoLonger() {
        assertThat(new Wildcard("*a".repeat(100) + "b").test("a".repeat(10_000))).isFalse();
    }
}
