package org.kumiki.testing;

import java.net.InetAddress;
import java.net.URI;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

import jakarta.servlet.Servlet;

/** A servlet on a port of its own, of the loopback address. It is given every path, as the platform's gateway gives it to façades. */
public final class JettyServer {

    private final Server server = new Server();
    private final ServerConnector connector;

    /** On any port that is free. */
    public JettyServer(Servlet servlet) throws Exception {
        this(servlet, 0);
    }

    /** @param port 0 for any that is free */
    public JettyServer(Servlet servlet, int port) throws Exception {
        HttpConfiguration http = new HttpConfiguration();
        http.setUriCompliance(UriCompliance.UNSAFE);
        connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(port);
        server.addConnector(connector);
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        ServletContextHandler context = new ServletContextHandler();
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
    }

    /** Where it is, with a slash behind it. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/");
    }

    /** Waits for as long as it serves. */
    public void join() throws InterruptedException {
        server.join();
    }

    /** Ends what is under way. */
    public void stop() throws Exception {
        server.stop();
    }
}
