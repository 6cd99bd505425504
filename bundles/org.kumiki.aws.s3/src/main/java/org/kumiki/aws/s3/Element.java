package org.kumiki.aws.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An element of a document that a client sent, or of one that was stored. Namespaces are left out: clients get them wrong.
 *
 * @param attributes by their local names
 */
record Element(String name, Map<String, String> attributes, String text, List<Element> children) {

    Element {
        attributes = Map.copyOf(attributes);
        children = List.copyOf(children);
    }

    Element(String name, String text) {
        this(name, Map.of(), text, List.of());
    }

    Element(String name, List<Element> children) {
        this(name, Map.of(), "", children);
    }

    List<Element> all(String child) {
        return children.stream().filter(element -> element.name().equals(child)).toList();
    }

    Optional<Element> find(String child) {
        return children.stream().filter(element -> element.name().equals(child)).findFirst();
    }

    /** The text of a child. */
    Optional<String> get(String child) {
        return find(child).map(Element::text);
    }

    /** @throws S3Exception if there is no such child */
    String require(String child) {
        return get(child).orElseThrow(S3Exception::malformedXml);
    }

    /** @throws S3Exception unless this is the element */
    Element as(String expected) {
        if (!name.equals(expected)) {
            throw S3Exception.malformedXml();
        }
        return this;
    }

    Element with(Element child) {
        List<Element> more = new ArrayList<>(children);
        more.add(child);
        return new Element(name, attributes, text, more);
    }
}
