package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Hashtable;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Two listeners, and nothing that is meant for one of them can be reached through the other. */
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class ListenersIT {

    private static final String CLOUD = "(org.apache.felix.http.name=cloud)";
    private static final String CONSOLE = "(org.apache.felix.http.name=console)";

    @InjectBundleContext
    BundleContext context;

    @InjectService(filter = CLOUD, timeout = 10_000)
    ServiceAware<HttpServiceRuntime> cloud;

    @InjectService(filter = CONSOLE, timeout = 10_000)
    ServiceAware<HttpServiceRuntime> console;

    @Test
    void whatIsForTheConsoleIsNotOnTheCloudEndpoint() throws Exception {
        ServiceRegistration<Servlet> servlet = register("/probe", CONSOLE);
        try {
            assertThat(status(console, "/probe")).isEqualTo(204);
            assertThat(status(cloud, "/probe")).isGreaterThanOrEqualTo(400);
        } finally {
            servlet.unregister();
        }
    }

    @Test
    void theCloudEndpointIsNotOnTheConsole() throws Exception {
        assertThat(status(cloud, "/-/health")).isIn(200, 503);
        assertThat(status(console, "/-/health")).isEqualTo(404);
    }

    @Test
    void theWebConsoleIsNotOnTheCloudEndpoint() throws Exception {
        assertThat(status(cloud, "/system/console/bundles")).isGreaterThanOrEqualTo(400);
    }

    @Test
    void onlyLoopbackIsBound() {
        assertThat(address(cloud).getHost()).isEqualTo("127.0.0.1");
        assertThat(address(console).getHost()).isEqualTo("127.0.0.1");
    }

    private ServiceRegistration<Servlet> register(String path, String target) {
        Servlet servlet = new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response) {
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
        };
        return context.registerService(Servlet.class, servlet, new Hashtable<>(Map.of(
                "osgi.http.whiteboard.servlet.pattern", path,
                "osgi.http.whiteboard.target", target)));
    }

    private static int status(ServiceAware<HttpServiceRuntime> listener, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address(listener).resolve(path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
    }

    private static URI address(ServiceAware<HttpServiceRuntime> listener) {
        ServiceReference<HttpServiceRuntime> reference = listener.getServiceReference();
        Object endpoints = reference.getProperty("osgi.http.endpoint");
        return URI.create(endpoints instanceof String[] several ? several[0] : String.valueOf(endpoints));
    }
}
