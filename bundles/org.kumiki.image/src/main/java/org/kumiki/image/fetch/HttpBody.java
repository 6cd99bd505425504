package org.kumiki.image.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of an HTTP response: what is between two framings, and an exception if it ends early. */
abstract class HttpBody extends FilterInputStream {

    private HttpBody(InputStream in) {
        super(in);
    }

    static InputStream of(HttpHead head, InputStream in) throws IOException {
        String coding = head.header("transfer-encoding").orElse("identity");
        if (coding.equalsIgnoreCase("chunked")) {
            return new Chunked(in);
        }
        if (!coding.equalsIgnoreCase("identity") || !head.header("content-encoding").orElse("identity").equalsIgnoreCase("identity")) {
            throw new IOException("the server encodes its answer in a way that was not asked for");
        }
        String length = head.header("content-length").orElse("");
        if (length.isEmpty()) {
            return in; // its end is the end of the connection
        }
        if (!length.matches("\\d{1,18}")) {
            throw new IOException("the server says no sensible length");
        }
        return new Sized(in, Long.parseLong(length));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public long skip(long count) {
        throw new UnsupportedOperationException();
    }

    private static int readSome(InputStream in, byte[] bytes, int offset, long most) throws IOException {
        int count = in.read(bytes, offset, (int) Math.min(most, Integer.MAX_VALUE));
        if (count < 0) {
            throw new IOException("the server closed the connection in the middle of its answer");
        }
        return count;
    }

    private static final class Sized extends HttpBody {

        private long left;

        Sized(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = readSome(in, bytes, offset, Math.min(left, length));
            left -= count;
            return count;
        }
    }

    private static final class Chunked extends HttpBody {

        private static final int MOST_LINE = 1024;

        private long left;
        private boolean first = true;
        private boolean ended;

        Chunked(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                nextChunk();
            }
            if (ended) {
                return -1;
            }
            int count = readSome(in, bytes, offset, Math.min(left, length));
            left -= count;
            return count;
        }

        private void nextChunk() throws IOException {
            if (!first && !HttpHead.line(in, new int[] {MOST_LINE}).isEmpty()) {
                throw new IOException("the server's chunks are longer than they say");
            }
            first = false;
            String size = HttpHead.line(in, new int[] {MOST_LINE}).split(";", 2)[0].strip();
            if (!size.matches("[0-9a-fA-F]{1,15}")) {
                throw new IOException("the server's chunks have no sensible size");
            }
            left = Long.parseLong(size, 16);
            ended = left == 0; // trailers are of no interest: the connection is closed next
        }
    }
}
