package org.kumiki.image.adapt;

import java.util.Arrays;
import java.util.Optional;

/**
 * A change to a system that does not run.
 *
 * @param content what the file is to hold; empty: it is to go
 * @param why     for people: what was changed, and what for
 */
record Edit(String path, Optional<byte[]> content, String why) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Edit edit && path.equals(edit.path) && why.equals(edit.why)
                && Arrays.equals(content.orElse(null), edit.content.orElse(null));
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }
}
