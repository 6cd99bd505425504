package org.kumiki.image.p2v;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Where the copy of a machine becomes an image. */
interface Target {

    /**
     * Begins to make an image.
     *
     * @return its identifier
     */
    String register(String name, String description, URI source) throws IOException;

    /**
     * Waits until an image is complete.
     *
     * @return why it never will be; empty if it is
     */
    Optional<String> await(String image) throws IOException;
}
