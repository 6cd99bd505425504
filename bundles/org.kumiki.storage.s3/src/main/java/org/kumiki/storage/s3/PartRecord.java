package org.kumiki.storage.s3;

import java.util.List;
import java.util.Map;

import org.kumiki.api.blob.Part;

/**
 * A part of an upload as it is kept.
 *
 * @param at        in microseconds since 1970
 * @param writer    the run of a platform that has written this
 * @param leftovers contents of the part that it replaces
 */
record PartRecord(int number, long at, Map<String, String> attributes, List<Extent> extents, String writer, List<String> leftovers) {

    Part toPart() {
        return new Part(number, Extent.size(extents), Version.instant(at), attributes);
    }

    List<String> contents() {
        return extents.stream().map(Extent::content).distinct().toList();
    }
}
