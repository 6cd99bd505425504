package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.node.Node;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** The operator's commands, through the socket. */
@Timeout(60)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class ShellIT {

    @InjectBundleContext
    BundleContext context;

    @Test
    void theDatacentersCommandsAreThere() throws Exception {
        assertThat(run("plugins")).contains("scheduler").endsWith("\0000\n");
        assertThat(run("hosts")).endsWith("\0000\n");
        assertThat(run("instances | grep nothing-is-called-so")).isEqualTo("\0001\n");
    }

    @Test
    void ourStartComesBeforeThatOfBundles() throws Exception {
        assertThat(run("start nobody")).contains("there is no instance").endsWith("\0001\n");
        assertThat(run("felix:lb")).contains("Kumiki").endsWith("\0000\n");
    }

    /** A directory, which is a host where namespaces are not allowed, becomes a node, and would be the same one again after a restart. */
    @Test
    void takesAMachineIn(@InjectService ConfigurationAdmin configurations) throws Exception {
        assertThat(run("add")).contains("add directory NAME directory=\u2026, name=\u2026", "add ssh NAME address=").endsWith("\0000\n");
        assertThat(run("add balloon b")).contains("there is no kind of machine \"balloon\"; there are directory, ssh").endsWith("\0001\n");
        assertThat(run("add directory one")).contains("directory is missing").endsWith("\0001\n");

        Path directory = Path.of(context.getProperty("kumiki.data")).resolve("taken-in");
        assertThat(run("add directory taken-in directory=" + directory)).startsWith("taken-in is being looked at").endsWith("\0000\n");
        Configuration[] made = configurations.listConfigurations("(&(service.factoryPid=org.kumiki.node.directory)(name=taken-in))");
        try {
            assertThat(made).hasSize(1);
            while (context.getServiceReferences(Node.class, "(" + Node.NAME + "=taken-in)").isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } finally {
            made[0].delete();
        }
    }

    private String run(String line) throws IOException, InterruptedException {
        return ShellSocket.run(context, line);
    }
}
