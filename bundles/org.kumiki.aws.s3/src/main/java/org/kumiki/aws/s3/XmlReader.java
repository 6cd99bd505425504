package org.kumiki.aws.s3;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

import org.kumiki.aws.wire.Memo;

/** Reads documents that clients send. There are no entities but the five of XML itself, and nothing outside is ever looked up. */
final class XmlReader {

    private static final int MAX_DEPTH = 16;
    private static final XMLInputFactory FACTORY = factory();

    /** A page or so: longer ones are rare. */
    private static final int MOST_LETTERS = 4096;
    private static final Memo<String, Element> STORED = new Memo<>(256, XmlReader::read);

    private XmlReader() {
    }

    /** A document that is kept with a bucket or an object: it is asked for with every request, and is the same for long. */
    static Element stored(String document) {
        return document.length() > MOST_LETTERS ? read(document) : STORED.get(document);
    }

    static Element read(String document) {
        return read(document.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws S3Exception MalformedXML */
    static Element read(byte[] document) {
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(document));
            while (reader.next() != XMLStreamConstants.START_ELEMENT) {
                if (reader.getEventType() == XMLStreamConstants.DTD) {
                    throw S3Exception.malformedXml();
                }
            }
            Element root = element(reader, 0);
            while (reader.hasNext()) {
                reader.next();
            }
            return root;
        } catch (XMLStreamException | IllegalArgumentException e) {
            throw S3Exception.malformedXml();
        }
    }

    private static Element element(XMLStreamReader reader, int depth) throws XMLStreamException {
        if (depth > MAX_DEPTH) {
            throw S3Exception.malformedXml();
        }
        String name = reader.getLocalName();
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        StringBuilder text = new StringBuilder();
        List<Element> children = new ArrayList<>();
        for (int event = reader.next(); event != XMLStreamConstants.END_ELEMENT; event = reader.next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                children.add(element(reader, depth + 1));
            } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                text.append(reader.getText());
            } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
                throw S3Exception.malformedXml();
            }
        }
        return new Element(name, attributes, children.isEmpty() ? text.toString() : "", children);
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> new ByteArrayInputStream(new byte[0]));
        return factory;
    }
}
