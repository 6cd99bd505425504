package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;

/**
 * An element of XML, as far as the vSphere API has use for it. Immutable.
 *
 * @param type     the attribute {@code type}, by which a reference says what it leads to; else empty
 * @param kind     the attribute {@code xsi:type}, which of several types of the API this is; else empty
 * @param text     of one that has no children
 */
record Element(String name, String type, String kind, String text, List<Element> children) {

    static final String XSI = XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI;

    private static final int DEEPEST = 100;
    private static final XMLInputFactory READERS = readers();
    private static final XMLOutputFactory WRITERS = XMLOutputFactory.newDefaultFactory();

    Element {
        children = List.copyOf(children);
    }

    private static XMLInputFactory readers() {
        XMLInputFactory readers = XMLInputFactory.newDefaultFactory();
        readers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        readers.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        readers.setProperty(XMLInputFactory.IS_COALESCING, true);
        readers.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        return readers;
    }

    static Element of(String name, Element... children) {
        return new Element(name, "", "", "", List.of(children));
    }

    static Element of(String name, List<Element> children) {
        return new Element(name, "", "", "", children);
    }

    static Element text(String name, Object text) {
        return new Element(name, "", "", text.toString(), List.of());
    }

    static Element ref(String name, Ref ref) {
        return new Element(name, ref.type(), "", ref.value(), List.of());
    }

    /** The same as one of several types of the API. */
    Element as(String newKind) {
        return new Element(name, type, newKind, text, children);
    }

    /** The first child of this name. */
    Optional<Element> child(String wanted) {
        return all(wanted).findFirst();
    }

    /** What is found by going down from one child to the next. */
    Optional<Element> at(String... path) {
        Optional<Element> found = Optional.of(this);
        for (String step : path) {
            found = found.flatMap(element -> element.child(step));
        }
        return found;
    }

    Stream<Element> all(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted));
    }

    /** The text of what is found by going down; empty if nothing is there. */
    String textAt(String... path) {
        return at(path).map(Element::text).orElse("");
    }

    Ref ref() {
        return new Ref(type, text);
    }

    /** All references that this holds as children, e.g. an array of them. */
    List<Ref> refs() {
        return children.stream().filter(child -> !child.type.isEmpty()).map(Element::ref).toList();
    }

    /** @param namespace of this element and all that is in it */
    void write(XMLStreamWriter xml, String namespace) throws XMLStreamException {
        xml.writeStartElement(name);
        if (!namespace.isEmpty()) {
            xml.writeDefaultNamespace(namespace);
        }
        if (!type.isEmpty()) {
            xml.writeAttribute("type", type);
        }
        if (!kind.isEmpty()) {
            xml.writeAttribute("xsi:type", kind);
        }
        xml.writeCharacters(text);
        for (Element child : children) {
            child.write(xml, "");
        }
        xml.writeEndElement();
    }

    /** A SOAP message that holds this. */
    String envelope(String namespace) {
        try {
            StringWriter text = new StringWriter();
            XMLStreamWriter xml = WRITERS.createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("soap:Envelope");
            xml.writeAttribute("xmlns:soap", "http://schemas.xmlsoap.org/soap/envelope/");
            xml.writeAttribute("xmlns:xsi", XSI);
            xml.writeAttribute("xmlns:xsd", XMLConstants.W3C_XML_SCHEMA_NS_URI);
            xml.writeStartElement("soap:Body");
            write(xml, namespace);
            xml.writeEndDocument();
            xml.flush();
            return text.toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("text is always written", e);
        }
    }

    /**
     * Reads a document from somebody who is not trusted: there are no document types and no entities, and it is as deep as such messages are.
     *
     * @throws IOException also if it is no such document
     */
    static Element read(InputStream bytes) throws IOException {
        try {
            XMLStreamReader xml = READERS.createXMLStreamReader(bytes, null);
            Deque<Open> open = new ArrayDeque<>();
            Open document = new Open("", "", "");
            open.push(document);
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (open.size() > DEEPEST) {
                            throw new IOException("its XML is deeper than " + DEEPEST + " elements");
                        }
                        open.push(new Open(xml.getLocalName(), attribute(xml, null, "type"), attribute(xml, XSI, "type")));
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> open.element().text.append(xml.getText());
                    case XMLStreamConstants.END_ELEMENT -> {
                        Element closed = open.pop().close();
                        open.element().children.add(closed);
                    }
                    case XMLStreamConstants.DTD -> throw new IOException("its XML has a document type, which is not read");
                    default -> { } // comments and the like say nothing
                }
            }
            return document.children.get(0);
        } catch (XMLStreamException e) {
            throw new IOException("it does not answer in XML: " + e.getMessage(), e);
        }
    }

    /** A type may be written with a prefix, which says nothing that the name does not. */
    private static String attribute(XMLStreamReader xml, String namespace, String name) {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            boolean same = namespace == null ? xml.getAttributeNamespace(i) == null || xml.getAttributeNamespace(i).isEmpty()
                    : namespace.equals(xml.getAttributeNamespace(i));
            if (same && xml.getAttributeLocalName(i).equals(name)) {
                String value = xml.getAttributeValue(i);
                return value.substring(value.indexOf(':') + 1);
            }
        }
        return "";
    }

    /** An element that is being read. */
    private static final class Open {

        private final String name;
        private final String type;
        private final String kind;
        private final StringBuilder text = new StringBuilder();
        private final List<Element> children = new ArrayList<>();

        Open(String name, String type, String kind) {
            this.name = name;
            this.type = type;
            this.kind = kind;
        }

        Element close() {
            return new Element(name, type, kind, children.isEmpty() ? text.toString() : "", children);
        }
    }
}
