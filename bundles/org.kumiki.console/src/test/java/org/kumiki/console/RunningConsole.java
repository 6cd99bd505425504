package org.kumiki.console;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.identity.Identity;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.util.tracker.ServiceTracker;

/** The real thing around a fake datacenter: Felix, Jetty, the Web Console, and this bundle as it was packed. */
final class RunningConsole implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> BUNDLES = List.of("org.apache.felix.configadmin", "org.apache.felix.fileinstall",
            "org.apache.felix.metatype", "org.apache.felix.eventadmin", "org.apache.felix.log", "org.apache.felix.scr",
            "org.osgi.service.component-", "org.osgi.util.function", "org.osgi.util.promise", "org.apache.felix.http.servlet-api",
            "org.apache.felix.http.jetty12", "org.apache.felix.inventory", "encoder", "commons-io", "commons-fileupload",
            "org.apache.felix.webconsole-", "org.apache.felix.webconsole.plugins.ds", "org.apache.felix.webconsole.plugins.event",
            "org.apache.felix.webconsole.plugins.memoryusage", "org.apache.felix.webconsole.plugins.packageadmin",
            "org.apache.felix.gogo.runtime");

    private final Path data;
    private final Framework framework;
    private final URI address;
    private final Map<Class<?>, ServiceRegistration<?>> provided = new HashMap<>();

    /** @param port 0 for any */
    static RunningConsole start(Datacenter datacenter, Identity identity, int port) throws Exception {
        Path data = Files.createTempDirectory("kumiki-console-");
        RunningConsole console = new RunningConsole(data, port);
        console.provide(Datacenter.class, datacenter);
        console.provide(Identity.class, identity);
        return console;
    }

    <S> void provide(Class<S> type, S service) {
        provided.put(type, framework.getBundleContext().registerService(type, service, null));
    }

    boolean provides(Class<?> type) {
        return provided.containsKey(type);
    }

    void withdraw(Class<?> type) {
        provided.remove(type).unregister();
    }

    private RunningConsole(Path data, int port) throws Exception {
        this.data = data;
        Path conf = Files.createDirectory(data.resolve("conf"));
        Files.write(conf.resolve("org.apache.felix.http-console.cfg"), List.of("org.apache.felix.http.name = console",
                "org.apache.felix.http.host = 127.0.0.1", "org.osgi.service.http.port = " + port,
                "org.apache.felix.http.jetty.sendServerHeader = false"));
        Files.writeString(conf.resolve("org.apache.felix.webconsole.internal.servlet.OsgiManager.cfg"),
                "http.service.filter = (org.apache.felix.http.name=console)\ndefault.render = kumiki-datacenter\n");
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, data.resolve("bundles").toString());
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, String.join(",", shared()));
        properties.put("kumiki.data", data.toString());
        properties.put("felix.fileinstall.dir", conf.toString());
        properties.put("felix.fileinstall.noInitialDelay", "true");
        properties.put("felix.fileinstall.enableConfigSave", "false");
        properties.put("felix.fileinstall.log.level", "1");
        properties.put("org.apache.felix.http.require.config", "true");
        properties.put("felix.webconsole.security.providers", ConsoleLogin.ID);
        framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(properties);
        framework.start();
        BundleContext context = framework.getBundleContext();
        List<Bundle> bundles = new ArrayList<>();
        for (String name : BUNDLES) {
            bundles.add(context.installBundle(onClassPath(name).toURI().toString()));
        }
        bundles.add(context.installBundle(Path.of(System.getProperty("kumiki.console.jar")).toUri().toString()));
        for (Bundle bundle : bundles) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
        await("(felix.webconsole.label=" + DatacenterPage.LABEL + ")");
        // Before it has its configuration it is another one, which goes again.
        await("(&(objectClass=jakarta.servlet.Servlet)(osgi.http.whiteboard.servlet.pattern=/)(default.render=" + DatacenterPage.LABEL + "))");
        await("(webconsole.security.provider.id=" + ConsoleLogin.ID + ")");
        Object endpoint = context.getAllServiceReferences(null, await("(osgi.http.endpoint=*)"))[0].getProperty("osgi.http.endpoint");
        address = URI.create(endpoint instanceof String[] several ? several[0] : endpoint.toString());
    }

    /** What the fake and the bundle must have in common: the API, and the log. */
    private static List<String> shared() throws IOException {
        List<String> packages = new ArrayList<>();
        for (String jar : List.of("org.kumiki.api", "slf4j-api")) {
            try (JarFile file = new JarFile(onClassPath(jar))) {
                String exports = file.getManifest().getMainAttributes().getValue("Export-Package");
                packages.addAll(List.of(exports.replaceAll(";uses:=\"[^\"]*\"", "").split(",")));
            }
        }
        return packages;
    }

    private static File onClassPath(String name) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(File::new)
                .filter(file -> file.getName().matches(name.endsWith("-") ? name + "[0-9].*\\.jar" : name + "-[0-9].*\\.jar")).findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is not on the class path"));
    }

    private String await(String filter) throws Exception {
        BundleContext context = framework.getBundleContext();
        ServiceTracker<?, ?> tracker = new ServiceTracker<>(context, context.createFilter(filter), null);
        tracker.open(true);
        try {
            if (tracker.waitForService(PATIENCE.toMillis()) == null) {
                throw new IllegalStateException("no service " + filter + " within " + PATIENCE);
            }
        } finally {
            tracker.close();
        }
        return filter;
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Path data() {
        return data;
    }

    String password() throws IOException {
        return Files.readString(data.resolve("console-password")).strip();
    }

    /** An address of the console, below {@code /}. */
    URI at(String path) {
        return URI.create("http://127.0.0.1:" + address.getPort() + path);
    }

    @Override
    public void close() throws IOException, BundleException {
        framework.stop();
        try {
            framework.waitForStop(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
