package org.kumiki.hypervisor.incus;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One configuration is one server, or one cluster of them: {@code org.kumiki.hypervisor.incus~NAME}. */
@ObjectClassDefinition(name = "Kumiki Incus", description = "Guests as containers of a server of LXD or Incus.")
@interface Config {

    @AttributeDefinition(name = "Server", description = "Where the server listens: unix:/var/lib/incus/unix.socket, or https://HOST:8443.")
    String server();

    @AttributeDefinition(name = "Certificate", description = "By HTTPS: the file with the certificate, in PEM, by which the server knows us.")
    String certificate() default "";

    @AttributeDefinition(name = "Key", description = "By HTTPS: the file with the certificate's private key, in PEM (PKCS #8), which only its"
            + " owner reads.")
    String key() default "";

    @AttributeDefinition(name = "Server's certificate", description = "By HTTPS: the file with the one certificate, in PEM, by which we know"
            + " the server.")
    String serverCertificate() default "";

    @AttributeDefinition(name = "Project", description = "The server's project in which guests are. Each platform should have one of its own.")
    String project() default "default";

    @AttributeDefinition(name = "Storage pool", description = "The server's storage pool on which guests have their roots.")
    String pool() default "default";

    @AttributeDefinition(name = "Network", description = "The server's managed bridge for guests with a network, whose subnet must hold their"
            + " addresses (172.31.0.0/16); without one, only guests without a network are started.")
    String network() default "";

    @AttributeDefinition(name = "Host", description = "The name of the host: {name} is this configuration's. In a cluster, {member} names a member.")
    String host() default "{name}";

    @AttributeDefinition(name = "Roots on the server", description = "Whether a guest whose image has a disk may have its root in the storage"
            + " pool instead of"
            + " on its volume, so that a snapshot of the volume is empty, and a guest that is moved to another host begins anew.")
    boolean rootOnServer() default false;

    @AttributeDefinition(name = "CPU overcommitment", description = "How many CPUs are promised for each that is there.")
    double cpuOvercommit() default 8;

    @AttributeDefinition(name = "Memory share", description = "How much of the server's memory guests and other instances may take, from 0 to 1.")
    double memoryShare() default 0.8;

    @AttributeDefinition(name = "Most processes", description = "How many processes a guest may have.")
    int processes() default 2_048;

    @AttributeDefinition(name = "Time to act", description = "Seconds after which a server that starts, stops or deletes a guest is waited for"
            + " no longer.")
    int actSeconds() default 90;

    @AttributeDefinition(name = "Time to ask", description = "Seconds after which a server that is asked for something is waited for no longer.")
    int askSeconds() default 15;

    @AttributeDefinition(name = "Shutdown patience", description = "Seconds after which a guest that was asked to shut down is cut off.")
    int shutdownSeconds() default 30;

    @AttributeDefinition(name = "Time between looks", description = "Seconds between two looks whether guests still run, beside the server's events.")
    int lookSeconds() default 10;

    @AttributeDefinition(name = "Keep images", description = "Hours for which an image stays on the server that no guest uses.")
    int imageHours() default 24;
}
