package org.kumiki.aws.s3;

import java.io.IOException;
import java.io.InputStream;

import jakarta.servlet.http.HttpServletRequest;

/** The body of a request, which is not asked for before somebody wants it: a client that waits to be told so sends none that is refused. */
final class RequestBody extends InputStream {

    private final HttpServletRequest request;
    private InputStream opened;

    RequestBody(HttpServletRequest request) {
        this.request = request;
    }

    @Override
    public int read() throws IOException {
        return open().read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return open().read(bytes, offset, length);
    }

    private InputStream open() throws IOException {
        if (opened == null) {
            opened = request.getInputStream();
        }
        return opened;
    }
}
