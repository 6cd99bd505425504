package org.kumiki.gateway;

import java.util.Enumeration;
import java.util.Collections;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/** A fa&ccedil;ade that is there, from its first request to its last. The better of two that have one name comes first. */
final class Member implements Comparable<Member> {

    private final String facade;
    private final Servlet servlet;
    private final int ranking;
    private final long serviceId;
    final Visitors visitors = new Visitors();
    private volatile boolean initialised;

    Member(String facade, Servlet servlet, int ranking, long serviceId) {
        this.facade = facade;
        this.servlet = servlet;
        this.ranking = ranking;
        this.serviceId = serviceId;
    }

    String facade() {
        return facade;
    }

    boolean is(long id) {
        return serviceId == id;
    }

    void service(ServletRequest request, ServletResponse response) throws Exception {
        if (!initialised) {
            initialise(request.getServletContext());
        }
        servlet.service(request, response);
    }

    /** After the last request. */
    synchronized void destroy() {
        if (initialised) {
            servlet.destroy();
        }
    }

    private synchronized void initialise(ServletContext context) throws ServletException {
        if (!initialised) {
            servlet.init(new ServletConfig() {

                @Override
                public String getServletName() {
                    return facade;
                }

                @Override
                public ServletContext getServletContext() {
                    return context;
                }

                @Override
                public String getInitParameter(String name) {
                    return null;
                }

                @Override
                public Enumeration<String> getInitParameterNames() {
                    return Collections.emptyEnumeration();
                }
            });
            initialised = true;
        }
    }

    @Override
    public int compareTo(Member other) {
        return ranking != other.ranking ? Integer.compare(other.ranking, ranking) : Long.compare(serviceId, other.serviceId);
    }
}
