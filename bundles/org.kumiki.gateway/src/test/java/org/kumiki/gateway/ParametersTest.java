package org.kumiki.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            "Action=Run,                                Run",
            "Version=1&Action=Run&x=y,                  Run",
            "XAction=No&Action=Yes,                     Yes",
            "ActionX=No&Action=Yes,                     Yes",
            "a=Action&Action=Yes,                       Yes",
            "Action=A%2FB+c,                            A/B c",
            "Action=%zz,                                %zz",
            "Action=First&Action=Second,                First",
            "Action=,                                   ''",
            "Action,                                    -",
            "'',                                        -" })
    void findsTheParameterOfThatNameOnly(String encoded, String value) {
        assertThat(Parameters.find(encoded, "Action")).isEqualTo(value);
    }

    @Test
    void findsNothingInNothing() {
        assertThat(Parameters.find(null, "Action")).isNull();
    }

    @Test
    void readsEveryParameterOfQueryAndForm() {
        assertThat(Parameters.all("a=1&b=%26", null, "a=2&&c")).containsExactly(entry("a", new String[] { "1", "2" }),
                entry("b", new String[] { "&" }), entry("c", new String[] { "" }));
    }

    @Test
    void knowsAForm() {
        assertThat(Parameters.areIn("application/X-WWW-form-urlencoded; charset=utf-8")).isTrue();
        assertThat(Parameters.areIn("multipart/form-data; boundary=x")).isFalse();
        assertThat(Parameters.areIn(null)).isFalse();
    }
}
