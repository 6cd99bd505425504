package org.kumiki.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.blob.Sink;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads contents, a block at a time, each of which is checked before it goes on. A connection that breaks is made again where it broke. */
final class ContentReader {

    private static final int ATTEMPTS = 4;

    private final Cluster cluster;

    ContentReader(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * @return whether they were there; if not, nothing has been read
     * @throws IOException of the sink
     */
    boolean read(List<Extent> extents, Sink sink) throws IOException {
        boolean begun = false;
        for (Extent extent : extents) {
            try (Source source = new Source(extent)) {
                for (Optional<ByteBuffer> block = source.next(); block.isPresent(); block = source.next()) {
                    sink.accept(block.get());
                    begun = true;
                }
                if (source.gone && !begun) {
                    return false;
                }
                if (source.gone) {
                    throw Failures.corrupt(Names.content(extent.content()), "it is gone");
                }
            }
        }
        return true;
    }

    /** The blocks of an extent. */
    private final class Source implements AutoCloseable {

        private final Extent extent;
        private final String name;
        private final long end;
        private final byte[] buffer = new byte[Blocks.BLOCK + Blocks.CHECKSUM];
        private ResponseInputStream<GetObjectResponse> stream;
        private long block;
        private boolean gone;

        Source(Extent extent) {
            this.extent = extent;
            this.name = Names.content(extent.content());
            this.block = extent.skip() / Blocks.BLOCK;
            this.end = (extent.skip() + extent.length() + Blocks.BLOCK - 1) / Blocks.BLOCK;
        }

        /** What is wanted of the next block; nothing if there is none. */
        Optional<ByteBuffer> next() {
            if (block == end || !load()) {
                return Optional.empty();
            }
            long begin = block * Blocks.BLOCK;
            int from = (int) Math.max(0, extent.skip() - begin);
            int to = (int) Math.min(Blocks.BLOCK, extent.skip() + extent.length() - begin);
            block++;
            return Optional.of(ByteBuffer.wrap(buffer, from, to - from));
        }

        /** Has the next block in the buffer, which may take several attempts. */
        private boolean load() {
            int length = (int) (Math.min(Blocks.position(block + 1), Blocks.stored(extent.held())) - Blocks.position(block));
            for (int attempt = 1;; attempt++) {
                boolean last = attempt == ATTEMPTS;
                try {
                    if (stream == null && !open()) {
                        return false;
                    }
                    if (stream.readNBytes(buffer, 0, length) < length) {
                        throw new IOException("it ended early");
                    }
                    if (Blocks.isRight(buffer, length, extent.seed(), extent.block() + block)) {
                        return true;
                    }
                    if (last) {
                        throw Failures.corrupt(name, "the checksum of its block " + block + " differs");
                    }
                } catch (IOException e) {
                    if (last) {
                        throw Failures.broken("reading " + name, e);
                    }
                }
                close();
            }
        }

        private boolean open() {
            long from = Blocks.position(block);
            long length = Math.min(Blocks.position(end), Blocks.stored(extent.held())) - from;
            Optional<ResponseInputStream<GetObjectResponse>> opened = cluster.open(name, from, length);
            gone = opened.isEmpty();
            if (gone) {
                return false;
            }
            stream = opened.get();
            Long given = stream.response().contentLength();
            if (given != null && given < length) {
                throw Failures.corrupt(name, "it is too short");
            }
            return true;
        }

        /** Breaks the connection off unless all has been read, which is quicker than to read what nobody wants. */
        @Override
        public void close() {
            if (stream != null && block == end) {
                closeQuietly(stream);
            } else if (stream != null) {
                stream.abort();
            }
            stream = null;
        }
    }

    private static void closeQuietly(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // All of it has been read.
        }
    }
}
