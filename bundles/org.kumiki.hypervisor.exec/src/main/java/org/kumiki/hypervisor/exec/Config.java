package org.kumiki.hypervisor.exec;

import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Technology.MonitorPlace;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One configuration makes one technology, named as the configuration is: {@code org.kumiki.hypervisor.exec~NAME}. */
@ObjectClassDefinition(name = "Kumiki Scripts", description = "Guests by somebody's scripts: an extension of CloudStack, or a driver of OpenNebula.")
@interface Config {

    /** Whose scripts they are. */
    enum Kind {
        CLOUDSTACK, OPENNEBULA
    }

    @AttributeDefinition(name = "Kind", description = "Whose scripts they are: CLOUDSTACK or OPENNEBULA.")
    Kind kind();

    @AttributeDefinition(name = "Path", description = "The executable of a CloudStack extension, or the directory of an OpenNebula driver's scripts,"
            + " e.g. /var/lib/one/remotes/vmm/kvm.")
    String path();

    @AttributeDefinition(name = "Nodes", description = "The names of the nodes on which the scripts run; empty for all that have them.")
    String[] nodes() default {};

    @AttributeDefinition(name = "Host", description = "The name of the host on a node: {node} is the node's name, {name} this technology's. A host"
            + " belongs to one technology alone.")
    String host() default "{node}-{name}";

    @AttributeDefinition(name = "Monitor", description = "Where the virtual machine monitor sits.")
    MonitorPlace monitor() default MonitorPlace.HOST_OS;

    @AttributeDefinition(name = "Methods", description = "How it virtualizes.")
    Method[] methods() default { Method.HARDWARE };

    @AttributeDefinition(name = "Features", description = "What the scripts can do; the rest is refused.")
    Feature[] features() default { Feature.STOP_START };

    @AttributeDefinition(name = "CPUs", description = "Virtual CPUs for all guests of a host; 0 for as many as its node has.")
    int cpus() default 0;

    @AttributeDefinition(name = "Memory", description = "Memory for all guests of a host, in MiB; 0 for four fifths of its node's.")
    long memoryMiB() default 0;

    @AttributeDefinition(name = "Disk", description = "Disk for all guests of a host, in MiB; 0 for what its node has.")
    long diskMiB() default 0;

    @AttributeDefinition(name = "Network", description = "Network bandwidth of a host, in Mbit/s.")
    int networkMbps() default 1_000;

    @AttributeDefinition(name = "Time to act", description = "Seconds after which a script that starts, restarts or deletes a guest is killed.")
    int actSeconds() default 100;

    @AttributeDefinition(name = "Time to stop", description = "Seconds after which a script that stops a guest is killed.")
    int stopSeconds() default 150;

    @AttributeDefinition(name = "Time to ask", description = "Seconds after which a script that is asked for a guest's state is killed.")
    int askSeconds() default 15;

    @AttributeDefinition(name = "Time between looks", description = "Seconds between two looks whether guests still run.")
    int lookSeconds() default 10;

    @AttributeDefinition(name = "Environment", description = "Variables for the scripts beside PATH, LC_ALL and HOME, as NAME=value.")
    String[] environment() default {};

    @AttributeDefinition(name = "Details", description = "CloudStack: details for the extension, as SCOPE.KEY=value; scopes are extension, host,"
            + " resourcemap and virtualmachine.")
    String[] details() default {};

    @AttributeDefinition(name = "Secrets", description = "CloudStack: details that are secret, as SCOPE.KEY=/path/of/a/file that only its owner reads.")
    String[] secrets() default {};

    @AttributeDefinition(name = "Prepare", description = "CloudStack: whether the extension wants to be asked to prepare before it creates a guest.")
    boolean prepare() default false;

    @AttributeDefinition(name = "Console action", description = "CloudStack: the custom action whose message is what a guest wrote to its console;"
            + " empty if there is none.")
    String consoleAction() default "";

    @AttributeDefinition(name = "Deployment file", description = "OpenNebula: what a driver is given to deploy: LIBVIRT for an XML domain of libvirt,"
            + " VM for OpenNebula's own XML.")
    Deployment deployment() default Deployment.LIBVIRT;

    @AttributeDefinition(name = "Domain type", description = "OpenNebula: the type of libvirt's domains, e.g. kvm or qemu.")
    String domainType() default "kvm";

    @AttributeDefinition(name = "Probe", description = "OpenNebula: the script that lists all guests with their states, for drivers of version 5.12 or newer,"
            + " which have no poll, e.g. /var/lib/one/remotes/im/kvm-probes.d/vm/status/state.rb.")
    String probe() default "";

    /** In which format a guest is described to an OpenNebula driver. */
    enum Deployment {
        LIBVIRT, VM
    }
}
