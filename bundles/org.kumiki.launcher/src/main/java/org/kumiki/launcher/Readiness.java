package org.kumiki.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

/** Waits until the cloud endpoint answers, then tells the person at the terminal, and scripts through {@code run/endpoint}. */
final class Readiness {

    private static final String HTTP_RUNTIME = "org.osgi.service.servlet.runtime.HttpServiceRuntime";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long PAUSE_MILLIS = 20;

    private Readiness() {
    }

    static void announce(Framework framework, Settings settings, DataDirectory data) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        BundleContext context = framework.getBundleContext();
        while (System.nanoTime() < deadline) {
            if (framework.getState() != Bundle.ACTIVE) {
                return;
            }
            Optional<URI> cloud = endpoint(context, "cloud", settings);
            Optional<URI> console = endpoint(context, "console", settings);
            if (cloud.isPresent() && console.isPresent() && serves(cloud.get())) {
                announce(cloud.get(), console.get().resolve("/system/console/"), settings, data);
                return;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        System.err.println("kumiki: the cloud endpoint does not answer; see " + settings.data().resolve("log/kumiki.log"));
    }

    private static void announce(URI cloud, URI console, Settings settings, DataDirectory data) throws IOException {
        String endpoint = cloud.toString().replaceAll("/$", "");
        data.tell("endpoint", "AWS_ENDPOINT_URL=" + endpoint + "\n"
                + "AWS_DEFAULT_REGION=" + settings.get("kumiki.region") + "\n"
                + "KUMIKI_CONSOLE_URL=" + console + "\n");
        long millis = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.println("Kumiki serves after " + millis + " ms.");
        System.out.println("  console         " + console);
        System.out.println("  user admin      with the password in " + settings.data().resolve("console-password"));
        System.out.println("  cloud endpoint  " + endpoint);
        accessKey(settings.data().resolve("credentials")).ifPresent(key -> {
            System.out.println("  access key      " + key);
            System.out.println("  secret key      in " + settings.data().resolve("credentials"));
        });
        System.out.flush();
    }

    private static Optional<URI> endpoint(BundleContext context, String name, Settings settings) {
        try {
            ServiceReference<?>[] runtimes = context.getAllServiceReferences(HTTP_RUNTIME, "(org.apache.felix.http.name=" + name + ")");
            if (runtimes == null) {
                return Optional.empty();
            }
            Object endpoints = runtimes[0].getProperty("osgi.http.endpoint");
            List<String> urls = endpoints instanceof String[] several ? List.of(several) : List.of(String.valueOf(endpoints));
            // With a port of 0 only the listener knows which it got; the host is the one that was asked for.
            return urls.stream().map(URI::create).filter(url -> url.getPort() > 0).findFirst()
                    .map(url -> URI.create("http://" + reachable(settings.get("kumiki.host")) + ":" + url.getPort() + "/"));
        } catch (IllegalStateException e) {
            return Optional.empty(); // the framework was stopped meanwhile
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String reachable(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "127.0.0.1";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** One plain GET over a socket: an HTTP client would cost more start-up time than the answer. */
    private static boolean serves(URI endpoint) {
        String host = endpoint.getHost();
        String address = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, endpoint.getPort()), 1_000);
            socket.setSoTimeout(5_000);
            String request = "GET /-/health HTTP/1.1\r\nHost: " + endpoint.getAuthority() + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String status = new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
            return status.equals("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<String> accessKey(Path credentials) throws IOException {
        if (!Files.isReadable(credentials)) {
            return Optional.empty();
        }
        return Files.readAllLines(credentials).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("aws_access_key_id"))
                .map(line -> line.substring(line.indexOf('=') + 1).strip())
                .findFirst();
    }
}
