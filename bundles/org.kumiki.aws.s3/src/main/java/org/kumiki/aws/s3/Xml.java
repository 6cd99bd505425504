package org.kumiki.aws.s3;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes a document. */
final class Xml {

    static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
    private static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";
    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();

    /** Something that StAX may fail to write, which it cannot in memory. */
    private interface Step {
        void run() throws XMLStreamException;
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final XMLStreamWriter writer;

    private Xml() {
        try {
            writer = FACTORY.createXMLStreamWriter(bytes, "UTF-8");
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        step(() -> writer.writeStartDocument("UTF-8", "1.0"));
    }

    /** A document whose root is in the namespace of S3. */
    static Xml document(String root) {
        return plain(root).namespace();
    }

    /** A document without a namespace, as errors are. */
    static Xml plain(String root) {
        Xml xml = new Xml();
        xml.step(() -> xml.writer.writeCharacters("\n"));
        return xml.open(root);
    }

    /** What was read, in the namespace of S3. */
    static byte[] write(Element root) {
        Xml xml = document(root.name());
        xml.inside(root);
        return xml.close().done();
    }

    static String text(Element root) {
        return new String(write(root), StandardCharsets.UTF_8);
    }

    private Xml namespace() {
        step(() -> writer.writeDefaultNamespace(NAMESPACE));
        return this;
    }

    Xml open(String name) {
        step(() -> writer.writeStartElement(name));
        return this;
    }

    Xml close() {
        step(writer::writeEndElement);
        return this;
    }

    /** An element with a text; nothing for null. */
    Xml put(String name, Object text) {
        if (text != null) {
            open(name);
            step(() -> characters(text.toString()));
            close();
        }
        return this;
    }

    Xml put(String name, Optional<?> text) {
        return put(name, text.orElse(null));
    }

    Xml put(Element element) {
        open(element.name());
        inside(element);
        return close();
    }

    byte[] done() {
        step(() -> {
            writer.writeEndDocument();
            writer.flush();
        });
        return bytes.toByteArray();
    }

    private void inside(Element element) {
        String type = element.attributes().get("type");
        if (type != null) {
            step(() -> {
                writer.writeNamespace("xsi", INSTANCE);
                writer.writeAttribute("xsi", INSTANCE, "type", type);
            });
        }
        step(() -> characters(element.text()));
        element.children().forEach(this::put);
    }

    /** Characters that XML cannot have as they are: keys may have them all the same, and clients read such references. */
    private void characters(String text) throws XMLStreamException {
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\n' && c != '\t' || c == 0xFFFE || c == 0xFFFF) {
                writer.writeCharacters(text.substring(start, i));
                writer.writeEntityRef("#x" + Integer.toHexString(c));
                start = i + 1;
            }
        }
        writer.writeCharacters(text.substring(start));
    }

    private void step(Step step) {
        try {
            step.run();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }
}
