package org.kumiki.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.kumiki.api.node.Node;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers a directory of the local machine as a {@link Node} of its own, for several hosts where there is one machine. */
@Component(service = {}, configurationPid = OneDirectory.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = OneDirectory.Config.class, factory = true)
public class OneDirectory {

    static final String PID = "org.kumiki.node.directory";

    @ObjectClassDefinition(name = "Kumiki Directory as a Host", description = "A directory of this machine, as if it were a host of its own.")
    @interface Config {

        @AttributeDefinition(name = "Name", description = "Of the host in the datacenter.")
        String name();

        @AttributeDefinition(name = "Directory", description = "Where drivers keep what belongs to its guests: a whole path, or one in the data directory.")
        String directory();

        @AttributeDefinition(name = "Technology", description = "The one technology that it is for, e.g. lxc; empty for whichever takes it.")
        String technology() default "";
    }

    private final LocalNode node;
    private final ServiceRegistration<Node> registration;

    @Activate
    public OneDirectory(BundleContext context, Config config) throws IOException {
        if (config.name().isBlank() || config.directory().isBlank()) {
            throw new IllegalArgumentException("a directory that is a host needs a name, and a path: " + config.name() + ", " + config.directory());
        }
        Path directory = ThisMachine.data(context).resolve(config.directory());
        node = new LocalNode(HostName.fitting(config.name().strip()), directory, ThisMachine.LOOPBACK);
        Map<String, String> properties = new HashMap<>(Map.of(Node.NAME, node.name(), ThisMachine.KIND, "local"));
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
