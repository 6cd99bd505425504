package org.kumiki.aws;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;

import jakarta.servlet.Servlet;

/** A servlet on a port of its own. */
final class JettyServer {

    private final Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    JettyServer(Servlet servlet) throws Exception {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getURI().getPort() + "/");
    }

    void stop() throws Exception {
        server.stop();
    }
}
