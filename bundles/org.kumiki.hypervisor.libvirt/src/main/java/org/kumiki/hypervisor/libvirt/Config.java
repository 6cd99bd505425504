package org.kumiki.hypervisor.libvirt;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One configuration is one connection, which is one host: {@code org.kumiki.hypervisor.libvirt~NAME}. */
@ObjectClassDefinition(name = "Kumiki libvirt", description = "Guests by a hypervisor that libvirt reaches.")
@interface Config {

    @AttributeDefinition(name = "URI", description = "The connection in libvirt's notation: qemu:///system, qemu+tls://host/system, lxc:///system,"
            + " xen+tcp://localhost:16509/system, test:///default, with ?socket=/path for another socket than libvirtd's.")
    String uri();

    @AttributeDefinition(name = "Host",
            description = "The name of the host; {name} is this configuration's. A host that is named as a node of the same"
            + " machine has that node's networks.")
    String host() default "{name}";

    @AttributeDefinition(name = "Certificate authority",
            description = "For TLS: a file in PEM format with whom the daemon's certificate must be from.")
    String caFile() default "";

    @AttributeDefinition(name = "Certificate", description = "For TLS: a file in PEM format with our certificate.")
    String certificateFile() default "";

    @AttributeDefinition(name = "Key",
            description = "For TLS: a file in PEM format (PKCS #8) with the certificate's key, which only its owner reads.")
    String keyFile() default "";

    @AttributeDefinition(name = "Domain type",
            description = "The type of domains, e.g. qemu where kvm is there and does not work; empty for the best that"
            + " libvirt says it has.")
    String domainType() default "";

    @AttributeDefinition(name = "Network",
            description = "A network of libvirt's, e.g. default, for guests that have none of ours because the host is no"
            + " node; empty for no network. Security groups do not apply there.")
    String network() default "";

    @AttributeDefinition(name = "Console directory",
            description = "A directory on libvirt's host where it keeps what guests write to their consoles. It is"
            + " made, and is nobody else's.")
    String consoleDirectory() default "/var/log/libvirt/kumiki";

    @AttributeDefinition(name = "Container root",
            description = "For containers: a directory on libvirt's host that those have as their root, to read,"
            + " which have no root disk.")
    String containerRoot() default "";

    @AttributeDefinition(name = "Container init", description = "For containers: the program that is the first process.")
    String containerInit() default "/sbin/init";

    @AttributeDefinition(name = "First user",
            description = "For containers: where their users begin on the host, of which each has 65536; 0 if root there"
            + " is to be root here.")
    int firstId() default 2_000_000_000;

    @AttributeDefinition(name = "CPU overcommitment", description = "How many virtual CPUs are promised for each that is there.")
    double cpuOvercommit() default 8;

    @AttributeDefinition(name = "Memory share", description = "How much of the memory that domains of others leave guests may take, from 0 to 1.")
    double memoryShare() default 0.8;

    @AttributeDefinition(name = "Disk", description = "Disk for all guests, in MiB, which libvirt does not say.")
    long diskMiB() default 1_048_576;

    @AttributeDefinition(name = "Network bandwidth", description = "Of the host, in Mbit/s, which libvirt does not say.")
    int networkMbps() default 1_000;

    @AttributeDefinition(name = "Shutdown patience", description = "Seconds after which a guest that was asked to shut down is cut off.")
    int shutdownSeconds() default 60;

    @AttributeDefinition(name = "Migration URI", description = "How libvirt of another host reaches this one to move a guest here, e.g."
            + " qemu+tls://host/system; empty if guests do not move here while they run.")
    String migrationUri() default "";
}
