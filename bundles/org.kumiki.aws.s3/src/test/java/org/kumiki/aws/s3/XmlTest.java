package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlTest {

    @Test
    void readsWhatItWrites() {
        Element element = XmlReader.read("<a xmlns='x'><b>1 &lt; 2</b><!-- no --><c xmlns:i='y' i:type='T'><d/></c></a>");

        assertThat(element.get("b")).contains("1 < 2");
        assertThat(XmlReader.read(Xml.write(element))).isEqualTo(element);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "text", "<a>", "<a></b>", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<a>&x;</a>", "<a/><b/>" })
    void refusesWhatIsNoDocumentOrMoreThanOne(String text) {
        assertThatThrownBy(() -> XmlReader.read(text)).extracting("code").isEqualTo("MalformedXML");
    }

    @Test
    void refusesWhatIsNestedDeep() {
        assertThatThrownBy(() -> XmlReader.read("<a>".repeat(100_000))).extracting("code").isEqualTo("MalformedXML");
    }

    @Test
    void writesCharactersThatXmlCannotHaveByNumber() {
        String text = new String(Xml.document("Key").put("K", "a\u0001b\r<c>").close().done(), StandardCharsets.UTF_8);

        assertThat(text).isEqualTo("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Key xmlns=\"" + Xml.NAMESPACE + "\"><K>a&#x1;b&#xd;&lt;c&gt;</K></Key>");
    }
}
