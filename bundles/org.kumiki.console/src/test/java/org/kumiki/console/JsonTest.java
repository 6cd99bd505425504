package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.ObjectMapper;

class JsonTest {

    private final ObjectMapper reader = new ObjectMapper();

    record Shelf(String name, int books, boolean open, Double weight, List<String> titles, Map<String, Integer> pages, Shelf below) {
    }

    @Test
    void writesRecordsWithWhatTheyAreMadeOf() {
        Map<String, Integer> pages = new LinkedHashMap<>();
        pages.put("a", 1);
        pages.put("b", 2);
        Shelf below = new Shelf("low", 0, false, null, List.of(), Map.of(), null);

        String text = Json.write(new Shelf("high", 2, true, 1.5, List.of("a", "b"), pages, below));

        assertThat(text).isEqualTo("{\"name\":\"high\",\"books\":2,\"open\":true,\"weight\":1.5,\"titles\":[\"a\",\"b\"],"
                + "\"pages\":{\"a\":1,\"b\":2},\"below\":{\"name\":\"low\",\"books\":0,\"open\":false,\"titles\":[],\"pages\":{}}}");
    }

    @Test
    void everyCharacterComesBackAsItWas() throws Exception {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            if (!Character.isSurrogate(c)) {
                all.append(c);
            }
        }
        all.append("\uD83E\uDEB5");

        assertThat(reader.readValue(Json.write(all.toString()), String.class)).isEqualTo(all.toString());
    }

    @Test
    void nothingInItMeansAnythingToHtmlOrJavaScript() {
        String text = Json.write(List.of("</script><script>x()</script>", "<!-- & -->", "it's", "\u2028\u2029", "\u0000\u001b\u0085"));

        assertThat(text).doesNotContain("<", ">", "&", "'", "\u2028", "\u2029").matches("\\p{ASCII}*").doesNotMatch(".*\\p{Cntrl}.*");
    }

    @Test
    void aTextThatIsNoTextCannotBreakIt() throws Exception {
        String halves = "\uD83E lonely \uDEB5";

        assertThat(reader.readValue(Json.write(halves), String.class)).isEqualTo(halves);
    }

    @Test
    void whatJsonCannotSayIsNull() {
        assertThat(Json.write(Arrays.asList(null, Double.NaN, Double.POSITIVE_INFINITY, 1.0))).isEqualTo("[null,null,null,1.0]");
    }
}
