package org.kumiki.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;

/** Takes the body of a request into memory; at once if it has come with the headers, else without keeping a thread while it comes. */
final class WholeBody implements ReadListener {

    private static final byte[] NONE = {};

    private final ServletInputStream stream;
    private final long limit;
    private final Consumer<byte[]> whole;
    private final Consumer<AwsError> refused;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private final AtomicBoolean settled = new AtomicBoolean();

    WholeBody(ServletInputStream stream, long limit, Consumer<byte[]> whole, Consumer<AwsError> refused) {
        this.stream = stream;
        this.limit = limit;
        this.whole = whole;
        this.refused = refused;
    }

    /** How long the body is; -1 if it will turn out. */
    static long length(HttpServletRequest request) {
        long length = request.getContentLengthLong();
        return length >= 0 || request.getHeader("Transfer-Encoding") != null ? length : 0;
    }

    /** The body, if it is all there already; else null. */
    static byte[] atOnce(HttpServletRequest request) throws IOException {
        long length = length(request);
        if (length == 0) {
            return NONE;
        }
        if (length < 0 || request.getInputStream().available() < length) {
            return null;
        }
        byte[] body = request.getInputStream().readNBytes((int) length);
        if (body.length < length) {
            throw new BodyException(AwsError.bodyBroken());
        }
        return body;
    }

    /** Stops waiting for the rest. */
    void refuse(AwsError error) {
        if (settled.compareAndSet(false, true)) {
            refused.accept(error);
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        byte[] buffer = new byte[8192];
        while (!settled.get() && stream.isReady() && !stream.isFinished()) {
            int read = stream.read(buffer);
            bytes.write(buffer, 0, Math.max(0, read));
            if (bytes.size() > limit) {
                refuse(AwsError.bodyTooLarge(limit));
            }
        }
    }

    @Override
    public void onAllDataRead() {
        if (settled.compareAndSet(false, true)) {
            whole.accept(bytes.toByteArray());
        }
    }

    @Override
    public void onError(Throwable failure) {
        refuse(AwsError.bodyBroken());
    }
}
