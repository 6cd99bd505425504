package org.kumiki.gateway;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.facade.Facade;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardContextSelect;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardTarget;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** {@code GET /-/health}: 200 when a request could be served, else 503 and what is missing. No bucket and no action has such a path. */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/-/health")
@HttpWhiteboardContextSelect(CloudContext.SELECT)
@HttpWhiteboardTarget(CloudContext.TARGET)
public class Health extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    transient volatile ServiceReference<Datacenter> datacenter;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, service = Servlet.class,
            target = "(" + Facade.SERVICE + "=*)")
    transient volatile List<ServiceReference<Servlet>> facades = List.of();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        List<String> missing = new ArrayList<>();
        if (datacenter == null) {
            missing.add("the datacenter");
        }
        if (facades.isEmpty()) {
            missing.add("a cloud service");
        }
        response.setStatus(missing.isEmpty() ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setContentType("text/plain;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().write(missing.isEmpty() ? "ready\n" : "not ready: " + String.join(" and ", missing) + " is missing\n");
    }
}
