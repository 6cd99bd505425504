package org.kumiki.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.osgi.service.metatype.AttributeDefinition;

class FormTest {

    /** As a bundle describes it: a name that has to be there, and a port that is a number. */
    private record Definition(String name, String... defaults) implements AttributeDefinition {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getID() {
            return name;
        }

        @Override
        public String getDescription() {
            return "";
        }

        @Override
        public int getCardinality() {
            return 0;
        }

        @Override
        public int getType() {
            return STRING;
        }

        @Override
        public String[] getOptionValues() {
            return null;
        }

        @Override
        public String[] getOptionLabels() {
            return null;
        }

        @Override
        public String validate(String value) {
            return name.equals("port") && !value.matches("[0-9]+") ? "\"" + value + "\" is no number" : "";
        }

        @Override
        public String[] getDefaultValue() {
            return defaults;
        }
    }

    private final Form form = new Form(new TreeMap<>(Map.of("name", new Definition("name"), "port", new Definition("port", "22"))),
            Map.of("user", new Definition("user")));

    @Test
    void takesWhatIsThere() {
        Dictionary<String, Object> properties = form.filled(List.of("name=web-1", "user=a=b"));

        assertThat(properties.get("name")).isEqualTo("web-1");
        assertThat(properties.get("user")).isEqualTo("a=b");
        assertThat(properties.get("port")).isNull();
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> form.filled(List.of("user=x"))).isInstanceOf(CommandFailedException.class)
                .hasMessage("name is missing; there are name=\u2026, port=22, user=\u2026");
        assertThatThrownBy(() -> form.filled(List.of("name=x", "colour=red"))).hasMessageStartingWith("\"colour\" is no property; there are name=");
        assertThatThrownBy(() -> form.filled(List.of("name=x", "user"))).hasMessageStartingWith("\"user\" is no property");
        assertThatThrownBy(() -> form.filled(List.of("name=x", "port=no"))).hasMessage("port: \"no\" is no number");
    }
}
