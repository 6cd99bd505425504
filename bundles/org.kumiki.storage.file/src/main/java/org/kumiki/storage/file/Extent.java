package org.kumiki.storage.file;

import java.util.ArrayList;
import java.util.List;

/**
 * Some of the bytes of a content.
 *
 * @param content identifies it
 * @param inFile  whether the content has a file of its own; else it is in the log
 * @param whole   how long the content is
 * @param offset  where in it these begin
 * @param length  how many they are
 */
record Extent(long content, boolean inFile, long whole, long offset, long length) {

    static long size(List<Extent> extents) {
        long size = 0;
        for (Extent extent : extents) {
            size += extent.length;
        }
        return size;
    }

    /**
     * A part of what extents come to.
     *
     * @throws IllegalArgumentException if it is not within them
     */
    static List<Extent> slice(List<Extent> extents, long offset, long length) {
        if (offset < 0 || length < 0 || offset > size(extents) - length) {
            throw new IllegalArgumentException(length + " bytes from " + offset + " on are not within " + size(extents));
        }
        List<Extent> slice = new ArrayList<>();
        long begin = 0;
        for (Extent extent : extents) {
            long from = Math.max(0, offset - begin);
            long to = Math.min(extent.length, offset + length - begin);
            if (from < to) {
                slice.add(new Extent(extent.content, extent.inFile, extent.whole, extent.offset + from, to - from));
            }
            begin += extent.length;
        }
        return slice;
    }
}
