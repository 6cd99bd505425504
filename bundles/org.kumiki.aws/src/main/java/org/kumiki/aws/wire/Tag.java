package org.kumiki.aws.wire;

import java.nio.charset.StandardCharsets;

/** An element's name and its tags, encoded once, because a long answer writes them thousands of times. */
final class Tag {

    static final Tag ENTRY = new Tag("entry");

    final String name;
    final byte[] open;
    final byte[] close;

    Tag(String name) {
        this.name = name;
        this.open = ("<" + name + ">").getBytes(StandardCharsets.US_ASCII);
        this.close = ("</" + name + ">").getBytes(StandardCharsets.US_ASCII);
    }
}
