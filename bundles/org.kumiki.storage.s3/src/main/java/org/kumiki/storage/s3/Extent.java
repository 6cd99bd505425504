package org.kumiki.storage.s3;

import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that are next to each other in a content.
 *
 * @param content where they are
 * @param seed    that the checksums of its blocks begin with
 * @param block   the number that its first block had in the content that it was copied of; 0 if it was not copied
 * @param held    how many bytes the content has, without checksums
 * @param skip    how many of them come before these
 * @param length  how many these are; at least 1
 */
record Extent(String content, long seed, long block, long held, long skip, long length) {

    static long size(List<Extent> extents) {
        return extents.stream().mapToLong(Extent::length).sum();
    }

    /** @throws IllegalArgumentException if there are not so many bytes */
    static List<Extent> slice(List<Extent> extents, long offset, long length) {
        if (offset < 0 || length < 0 || offset > size(extents) - length) {
            throw new IllegalArgumentException("there are " + size(extents) + " bytes, not " + length + " after the first " + offset);
        }
        List<Extent> slice = new ArrayList<>();
        long begin = 0;
        for (Extent extent : extents) {
            long from = Math.max(offset, begin);
            long to = Math.min(offset + length, begin + extent.length);
            if (from < to) {
                slice.add(new Extent(extent.content, extent.seed, extent.block, extent.held, extent.skip + from - begin, to - from));
            }
            begin += extent.length;
        }
        return slice;
    }
}
