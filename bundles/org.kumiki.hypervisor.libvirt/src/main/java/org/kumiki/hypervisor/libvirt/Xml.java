package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

import org.kumiki.hypervisor.libvirt.rpc.ProtocolException;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Writes XML, with everything escaped that has to be; and reads it from somebody who is not trusted. */
final class Xml {

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;

    private Xml() throws XMLStreamException {
        xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
    }

    /** Something to be written. */
    interface Part {

        void write(Xml to) throws XMLStreamException;
    }

    static String of(Part part) {
        try {
            Xml xml = new Xml();
            part.write(xml);
            xml.xml.flush();
            return xml.text.toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("text is always written", e);
        }
    }

    /** An element with more in it. Attributes are names and values in turn. */
    void element(String name, Part content, Object... attributes) throws XMLStreamException {
        xml.writeStartElement(name);
        for (int index = 0; index < attributes.length; index += 2) {
            xml.writeAttribute(attributes[index].toString(), attributes[index + 1].toString());
        }
        content.write(this);
        xml.writeEndElement();
    }

    void empty(String name, Object... attributes) throws XMLStreamException {
        element(name, nothing -> { }, attributes);
    }

    void value(String name, Object value, Object... attributes) throws XMLStreamException {
        element(name, to -> to.xml.writeCharacters(value.toString()), attributes);
    }

    /** @throws ProtocolException if it is none, or refers to anything outside */
    static Element parse(String document) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null); // or it would write to the console
            return builder.parse(new InputSource(new StringReader(document))).getDocumentElement();
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new ProtocolException("libvirt answers with XML that is none: " + e.getMessage(), e);
        }
    }
}
