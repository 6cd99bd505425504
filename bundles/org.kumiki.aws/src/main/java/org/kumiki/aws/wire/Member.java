package org.kumiki.aws.wire;

/** One member of a structure. */
public final class Member {

    private final String name;
    private final int index;
    private final Shape shape;
    private final boolean required;
    private final Tag tag;
    private final String queryName;

    Member(String name, int index, Shape shape, boolean required, String xmlName, String queryName) {
        this.name = name;
        this.index = index;
        this.shape = shape;
        this.required = required;
        this.tag = new Tag(xmlName);
        this.queryName = queryName;
    }

    /** The model's name, such as {@code Reservations}; it is what façades use, on every protocol. */
    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    /** Whether a request without it is refused. */
    public boolean required() {
        return required;
    }

    /** The name of its element in XML, such as {@code reservationSet}. */
    public String xmlName() {
        return tag.name;
    }

    /** The name of its parameter in a query, such as {@code Filter}, which {@code .1.Name} may follow. */
    public String queryName() {
        return queryName;
    }

    int index() {
        return index;
    }

    Tag tag() {
        return tag;
    }
}
