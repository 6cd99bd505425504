package org.kumiki.image.adapt;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The files of a system that does not run, by their paths there. Links on the way are those of that system; none leads to the host. */
public interface Tree {

    /**
     * Reads a plain file; there is none behind a link at the end of the path.
     *
     * @throws IOException also if it is larger than the limit
     */
    Optional<byte[]> read(String path, int limit) throws IOException;

    /** The names in a directory; none if there is no such directory. */
    List<String> list(String path) throws IOException;
}
