package org.kumiki.hypervisor.vsphere;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;

class ElementTest {

    private static Element read(String xml) throws IOException {
        return Element.read(new ByteArrayInputStream(xml.getBytes(UTF_8)));
    }

    @Test
    void readsWhatItHasWritten() throws IOException {
        Element written = Element.of("spec", Element.text("name", "a < b & \"c\" ]]>"), Element.ref("host", new Ref("HostSystem", "host-1")),
                Element.of("device", Element.text("key", 7)).as("VirtualDisk"));
        assertThat(read(written.envelope("urn:vim25")).at("Body", "spec")).contains(written);
    }

    @Test
    void takesTypesForWhatTheyAreWhateverTheirPrefix() throws IOException {
        Element read = read("<a xmlns:i='" + Element.XSI
                + "' xmlns:x='urn:other'><val i:type='xsd:string' x:type='other'>1</val><o type='Task'>task-1</o></a>");
        assertThat(read.children()).containsExactly(new Element("val", "", "string", "1", List.of()), Element.ref("o", new Ref("Task", "task-1")));
        assertThat(read.refs()).containsExactly(new Ref("Task", "task-1"));
    }

    @Test
    void readsNoFileThatAnEntityNames() {
        assertThatThrownBy(() -> read("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>")).isInstanceOf(IOException.class);
    }

    @Test
    void multipliesNothingByEntities() {
        assertThatThrownBy(() -> read("<!DOCTYPE a [<!ENTITY e 'eeeeeeeeee'><!ENTITY f '&e;&e;&e;&e;'>]><a>&f;</a>")).isInstanceOf(IOException.class);
    }

    @Test
    void refusesWhatIsTooDeep() {
        assertThatThrownBy(() -> read("<a>".repeat(1000) + "</a>".repeat(1000))).isInstanceOf(IOException.class).hasMessageContaining("deeper");
    }

    @Test
    void refusesWhatIsNoXml() {
        for (String text : List.of("", "no", "<a>", "<a></b>")) {
            assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(IOException.class);
        }
    }

    @Test
    void goesDownAsFarAsThereIsSomething() throws IOException {
        Element read = read("<a><b><c>x</c></b></a>");
        assertThat(read.textAt("b", "c")).isEqualTo("x");
        assertThat(read.textAt("b", "d", "e")).isEmpty();
    }
}
