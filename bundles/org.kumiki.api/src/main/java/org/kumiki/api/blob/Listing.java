package org.kumiki.api.blob;

import java.util.List;

/**
 * What was found.
 *
 * @param groups    what keys have in common up to the delimiter, in order
 * @param truncated whether there is more
 * @param last      the key or group that was listed last, for the next query to begin after; empty if there was none
 * @param lastVersion the version of it, if versions were asked for and it is a key
 */
public record Listing(List<Blob> blobs, List<String> groups, boolean truncated, String last, String lastVersion) {

    public Listing {
        blobs = List.copyOf(blobs);
        groups = List.copyOf(groups);
    }
}
