package org.kumiki.node.ssh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.kumiki.api.node.Node;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers a machine that is reached by SSH as a {@link Node}: one for each configuration. */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>='org.kumiki.api.node.Node'", effective = "active")
@Component(service = {}, configurationPid = SshHost.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SshHost.Config.class, factory = true)
public class SshHost {

    static final String PID = "org.kumiki.node.ssh";
    /** Service property: how the machine is reached. */
    static final String KIND = "kumiki.node.kind";

    @ObjectClassDefinition(name = "Kumiki Host by SSH", description = "A machine that is reached by SSH, as a host for guests.")
    @interface Config {

        @AttributeDefinition(name = "Name", description = "Of the host in the datacenter.")
        String name();

        @AttributeDefinition(name = "Address", description = "Name or IP address of its SSH server, as in the known hosts file.")
        String address();

        @AttributeDefinition(name = "Port")
        int port() default 22;

        @AttributeDefinition(name = "User", description = "As whom guests run there; its login shell is one of POSIX.")
        String user() default "root";

        @AttributeDefinition(name = "Key file", description = "Our private key, without a passphrase, mode 0600.")
        String keyFile();

        @AttributeDefinition(name = "Known hosts file", description = "Where an operator has recorded the host's own key.")
        String knownHostsFile();

        @AttributeDefinition(name = "Directory", description = "Where drivers keep what belongs to their guests, on that host.")
        String directory() default "/var/lib/kumiki";

        @AttributeDefinition(name = "Technology", description = "The one technology that it is for, e.g. lxc; empty for whichever takes it.")
        String technology() default "";

        @AttributeDefinition(name = "Patience", description = "Seconds for connecting, and for reading and writing a file.")
        int patienceSeconds() default 10;
    }

    private final SshNode node;
    private final ServiceRegistration<Node> registration;

    @Activate
    public SshHost(BundleContext context, @Reference SshClients clients, Config config) {
        node = new SshNode(clients.client(), new HostSettings(config.name(), config.address(), config.port(), config.user(),
                Path.of(config.keyFile()), Path.of(config.knownHostsFile()), Path.of(config.directory()),
                Duration.ofSeconds(config.patienceSeconds())));
        Map<String, String> properties = new HashMap<>(Map.of(Node.NAME, node.name(), KIND, "ssh"));
        if (!config.technology().isBlank()) {
            properties.put(Node.TECHNOLOGY, config.technology().strip());
        }
        registration = context.registerService(Node.class, node, FrameworkUtil.asDictionary(properties));
    }

    @Deactivate
    void stop() {
        registration.unregister();
        node.close();
    }
}
