package org.kumiki.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

import org.kumiki.api.node.Node;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers the local machine as a {@link Node}, by a name that is only known when it runs. */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>='org.kumiki.api.node.Node'", effective = "active")
@Component(service = {}, configurationPid = ThisMachine.PID)
@Designate(ocd = ThisMachine.Config.class)
public class ThisMachine {

    static final String PID = "org.kumiki.node";
    /** Service property: {@code local} if what listens on this machine listens on the node. */
    static final String KIND = "kumiki.node.kind";
    static final String LOOPBACK = "127.0.0.1";

    @ObjectClassDefinition(name = "Kumiki Node", description = "The machine that the platform runs on, as a host for guests.")
    @interface Config {

        @AttributeDefinition(name = "Name", description = "Of the host in the datacenter; empty for the machine's own name.")
        String name() default "";

        @AttributeDefinition(name = "Address", description = "IP address under which other hosts reach this one, so that guests can move to it;"
                + " empty if none do.")
        String address() default "";
    }

    private final BundleContext context;
    private LocalNode node;
    private ServiceRegistration<Node> registration;

    @Activate
    public ThisMachine(BundleContext context, Config config) throws IOException {
        this.context = context;
        start(config);
    }

    private void start(Config config) throws IOException {
        node = new LocalNode(HostName.orElse(config.name()), data(context).resolve("node"), address(config));
        registration = context.registerService(Node.class, node,
                FrameworkUtil.asDictionary(Map.of(Node.NAME, node.name(), KIND, "local")));
    }

    /** Where the platform keeps what it knows. */
    static Path data(BundleContext context) {
        return Path.of(Objects.requireNonNullElse(context.getProperty("kumiki.data"), "data"));
    }

    private static String address(Config config) {
        return config.address().isBlank() ? LOOPBACK : config.address().strip();
    }

    /** Another name is another host; by another address it is the same one, and what runs there is not to be looked for anew. */
    @Modified
    void change(Config config) throws IOException {
        if (HostName.orElse(config.name()).equals(node.name())) {
            node.reachedAt(address(config));
        } else {
            stop();
            start(config);
        }
    }

    @Deactivate
    void stop() {
        registration.unregister();
        node.close();
    }
}
