package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.kumiki.api.blob.BlobException;
import org.kumiki.wal.WriteAheadLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves contents out of segments that are to go, to the end of the log. */
final class Relocation {

    private static final Logger LOG = LoggerFactory.getLogger(Relocation.class);
    private static final long AT_ONCE = 1 << 20;

    private final Contents contents;
    private final WriteAheadLog<Change> log;
    private final ContentReader reader;
    private final List<Change> read = new ArrayList<>();
    private long bytes;

    Relocation(Contents contents, WriteAheadLog<Change> log) {
        this.contents = contents;
        this.log = log;
        this.reader = new ContentReader(contents, log);
    }

    void run(Set<Long> segments) throws IOException {
        for (Content content : contents.all()) {
            if (content.place().filter(place -> segments.contains(place.segment())).isPresent() && content.retain()) {
                read(content);
            }
            if (bytes >= AT_ONCE) {
                append();
            }
        }
        append();
    }

    private void read(Content content) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) content.size());
        try {
            reader.read(content, 0, content.size(), all::put);
            read.add(new Change.Bytes(content.id(), all.flip()));
            bytes += content.size();
        } catch (BlobException e) {
            LOG.error("What cannot be read stays where it is", e);
        } finally {
            contents.release(content);
        }
    }

    private void append() {
        log.append(read).join();
        read.clear();
        bytes = 0;
    }
}
