package org.kumiki.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** What a fa&ccedil;ade sees: the request as it came, with its body whole or under a limit, and its client's address. */
final class FacadeRequest extends HttpServletRequestWrapper {

    private final Exchange exchange;
    private final ServletResponse response;
    private final AsyncListener listener;
    private final long bodyLimit;
    private ServletInputStream stream;
    private BufferedReader reader;
    private Map<String, String[]> parameters;
    private boolean asynchronous;

    FacadeRequest(HttpServletRequest request, ServletResponse response, Exchange exchange, long bodyLimit, AsyncListener listener) {
        super(request);
        this.exchange = exchange;
        this.response = response;
        this.bodyLimit = bodyLimit;
        this.listener = listener;
    }

    /** Whether the answer comes later; the listener is told when it has come. */
    boolean asynchronous() {
        return asynchronous;
    }

    @Override
    public AsyncContext startAsync() {
        return startAsync(this, response);
    }

    @Override
    public AsyncContext startAsync(ServletRequest ofRequest, ServletResponse ofResponse) {
        AsyncContext context = super.startAsync(ofRequest, ofResponse);
        context.addListener(listener);
        asynchronous = true;
        return context;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (stream == null) {
            stream = exchange.body != null ? new WholeStream(exchange.body, this) : new LimitedStream(super.getInputStream(), bodyLimit);
        }
        return stream;
    }

    @Override
    public BufferedReader getReader() throws IOException {
        if (reader == null) {
            String encoding = getCharacterEncoding();
            reader = new BufferedReader(
                    new InputStreamReader(getInputStream(), encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding)));
        }
        return reader;
    }

    @Override
    public String getParameter(String name) {
        String[] values = getParameterMap().get(name);
        return values == null ? null : values[0];
    }

    @Override
    public String[] getParameterValues(String name) {
        return getParameterMap().get(name);
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(getParameterMap().keySet());
    }

    /** The container can no longer read a form whose body is in memory, so this does it for all. */
    @Override
    public Map<String, String[]> getParameterMap() {
        if (parameters == null) {
            parameters = Collections.unmodifiableMap(Parameters.all(getQueryString(), Parameters.areIn(getContentType()) ? form() : null));
        }
        return parameters;
    }

    @Override
    public String getRemoteAddr() {
        return exchange.client;
    }

    @Override
    public String getRemoteHost() {
        return exchange.client;
    }

    private String form() {
        try {
            return new String(getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
