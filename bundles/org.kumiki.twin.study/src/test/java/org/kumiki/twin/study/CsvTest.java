package org.kumiki.twin.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class CsvTest {

    @Test
    void valuesComeBackWhateverIsInThem() {
        List<String> values = List.of("plain", "", "with, comma", "with \"quotes\"", "\"", "ümlaut");

        String row = Csv.row(values);

        assertThat(row).isEqualTo("plain,,\"with, comma\",\"with \"\"quotes\"\"\",\"\"\"\",ümlaut\n");
        assertThat(Csv.values(row.stripTrailing())).isEqualTo(values);
    }

    @Test
    void numbersHaveTenDigitsAndNoExponent() {
        assertThat(List.of(Csv.number(0.1 + 0.2), Csv.number(-0.0), Csv.number(1e-7 / 3), Csv.number(123_456_789_012.0), Csv.number(Double.NaN),
                Csv.number(1e3)))
                .containsExactly("0.3", "0", "0.00000003333333333", "123456789000", "", "1000");
    }
}
