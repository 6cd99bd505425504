package org.kumiki.storage.file;

import java.nio.ByteBuffer;
import java.util.List;

import org.kumiki.api.blob.Staged;

/** Bytes that belong to nothing yet. They use the contents that they are in; what is made of them does so as well, before they are closed. */
final class StagedBytes implements Staged {

    private final Contents contents;
    private final long size;
    /** What is not in the log yet; or null. */
    private byte[] small;
    private List<Extent> extents;
    private boolean closed;

    private StagedBytes(Contents contents, long size, byte[] small, List<Extent> extents) {
        this.contents = contents;
        this.size = size;
        this.small = small;
        this.extents = extents;
    }

    static StagedBytes small(Contents contents, byte[] bytes) {
        return new StagedBytes(contents, bytes.length, bytes.length == 0 ? null : bytes, List.of());
    }

    static StagedBytes large(Contents contents, Extent extent) {
        return new StagedBytes(contents, extent.whole(), null, List.of(extent));
    }

    /** Of contents that are used once for this. */
    static StagedBytes shared(Contents contents, List<Extent> extents) {
        return new StagedBytes(contents, Extent.size(extents), null, extents);
    }

    @Override
    public long size() {
        return size;
    }

    /** Where all of them are, one after the other. */
    static List<Extent> addAll(List<Staged> all, Commit commit) {
        return all.stream().flatMap(staged -> ((StagedBytes) staged).addTo(commit).stream()).toList();
    }

    /** Where they are, when all of that is durable that is added to the commit here. */
    synchronized List<Extent> addTo(Commit commit) {
        if (closed) {
            throw forgotten();
        }
        if (small != null) {
            if (extents.isEmpty()) {
                extents = List.of(contents.add(contents.nextId(), false, small.length));
            }
            commit.add(new Change.Bytes(extents.get(0).content(), ByteBuffer.wrap(small)));
        }
        for (Extent extent : extents) {
            if (extent.inFile()) {
                commit.after(contents.files().file(extent.content()).getParent());
            }
        }
        return extents;
    }

    static IllegalStateException forgotten() {
        return new IllegalStateException("these bytes have been forgotten, or belong to something");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            small = null;
            contents.release(extents);
        }
    }
}
