package org.kumiki.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;

/** A body that is all there. */
final class WholeStream extends ServletInputStream {

    private final ByteArrayInputStream bytes;
    private final ServletRequest request;

    WholeStream(byte[] body, ServletRequest request) {
        bytes = new ByteArrayInputStream(body);
        this.request = request;
    }

    @Override
    public int read() {
        return bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        return bytes.read(target, offset, length);
    }

    @Override
    public int available() {
        return bytes.available();
    }

    @Override
    public boolean isFinished() {
        return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    /** Tells the listener on a thread of its own, as the container does, and not before this call has returned. */
    @Override
    public void setReadListener(ReadListener listener) {
        AsyncContext context = request.getAsyncContext();
        context.start(() -> {
            try {
                if (!isFinished()) {
                    listener.onDataAvailable();
                }
                if (isFinished()) {
                    listener.onAllDataRead();
                }
            } catch (IOException e) {
                listener.onError(e);
            }
        });
    }
}
