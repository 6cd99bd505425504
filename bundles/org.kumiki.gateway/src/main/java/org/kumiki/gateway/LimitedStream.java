package org.kumiki.gateway;

import java.io.IOException;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

/** A body that flows through, up to a limit. */
final class LimitedStream extends ServletInputStream {

    private final ServletInputStream source;
    private final long limit;
    private long count;

    LimitedStream(ServletInputStream source, long limit) {
        this.source = source;
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        int next = source.read();
        counted(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = source.read(bytes, offset, length);
        counted(read);
        return read;
    }

    @Override
    public int available() throws IOException {
        return source.available();
    }

    @Override
    public boolean isFinished() {
        return source.isFinished();
    }

    @Override
    public boolean isReady() {
        return source.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
        source.setReadListener(listener);
    }

    private void counted(int read) throws IOException {
        count += Math.max(0, read);
        if (count > limit) {
            throw new BodyException(AwsError.bodyTooLarge(limit));
        }
    }
}
