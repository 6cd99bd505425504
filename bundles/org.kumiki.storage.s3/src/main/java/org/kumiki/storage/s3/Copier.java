package org.kumiki.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.blob.BlobException;

/** Makes contents of parts of others, in the cluster unless they are small. */
final class Copier {

    /** 1 MiB. */
    private static final long SMALL = 1 << 20;

    private final Cluster cluster;
    private final Sessions sessions;
    private final Contents contents;
    private final ContentReader reader;
    private final Intake intake;

    Copier(Cluster cluster, Sessions sessions, Contents contents, ContentReader reader, Intake intake) {
        this.cluster = cluster;
        this.sessions = sessions;
        this.contents = contents;
        this.reader = reader;
        this.intake = intake;
    }

    /** @return nothing if they are not there any more */
    Optional<StagedBytes> copy(List<Extent> extents) {
        return Extent.size(extents) <= SMALL ? small(extents) : Optional.of(large(extents));
    }

    private Optional<StagedBytes> small(List<Extent> extents) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Extent.size(extents));
        try {
            return reader.read(extents, bytes::put) ? Optional.of(intake.take(new ByteArrayInputStream(bytes.array()))) : Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("memory can always be read and written", e);
        }
    }

    private StagedBytes large(List<Extent> extents) {
        List<StagedBytes.Piece> pieces = new ArrayList<>();
        try {
            extents.forEach(extent -> pieces.add(copy(extent)));
            return new StagedBytes(contents, pieces);
        } catch (RuntimeException e) {
            new StagedBytes(contents, pieces).close();
            throw e;
        }
    }

    /** Whole blocks, so that their checksums hold for the copy as well. */
    private StagedBytes.Piece copy(Extent extent) {
        Sessions.Session session = sessions.enter();
        String content = session.content();
        long first = extent.skip() / Blocks.BLOCK;
        long begin = first * Blocks.BLOCK;
        long end = Math.min(extent.held(), (extent.skip() + extent.length() + Blocks.BLOCK - 1) / Blocks.BLOCK * Blocks.BLOCK);
        boolean certain = true;
        Cluster.Parts parts = null;
        try {
            parts = cluster.begin(Names.content(content));
            long from = Blocks.position(first);
            long to = from + Blocks.stored(end - begin);
            List<String> etags = new ArrayList<>();
            for (; from < to; from += Cluster.COPY) {
                etags.add(cluster.copyPart(parts, etags.size() + 1, Names.content(extent.content()), from, Math.min(Cluster.COPY, to - from)));
            }
            certain = false;
            cluster.complete(parts, etags);
            return new StagedBytes.Piece(new Extent(content, extent.seed(), extent.block() + first, end - begin, extent.skip() - begin, extent.length()),
                    session);
        } catch (RuntimeException e) {
            session.settled(forget(parts, content) && certain);
            throw e;
        }
    }

    /** @return whether it is certain that nothing is left of it */
    private boolean forget(Cluster.Parts parts, String content) {
        try {
            if (parts != null) {
                cluster.abort(parts);
            }
        } catch (BlobException e) {
            return false;
        }
        return contents.remove(content);
    }
}
