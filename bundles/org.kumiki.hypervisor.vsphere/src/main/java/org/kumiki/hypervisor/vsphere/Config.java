package org.kumiki.hypervisor.vsphere;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One configuration is one vCenter or one ESX host, and makes the technology that is named as it is: {@code org.kumiki.hypervisor.vsphere~NAME}. */
@ObjectClassDefinition(name = "Kumiki vSphere", description = "Guests on the ESX hosts of a vCenter, or on one ESX host, by the vSphere API.")
@interface Config {

    @AttributeDefinition(name = "Address", description = "Of the vSphere API, e.g. https://vcenter.example/sdk.")
    String url();

    @AttributeDefinition(name = "User", description = "Who logs in, e.g. kumiki@vsphere.local. The README says what he must be allowed to do.")
    String user();

    @AttributeDefinition(name = "Password", description = "With what. Better is a file.", type = AttributeType.PASSWORD)
    String _password() default "";

    @AttributeDefinition(name = "Password file", description = "Holds the password alone; mode 0600. Read at each login.")
    String passwordFile() default "";

    @AttributeDefinition(name = "Authorities", description = "A file with certificates in PEM that vouch for the server, or its own. Without it and"
            + " without a thumbprint those of Java count.")
    String authorities() default "";

    @AttributeDefinition(name = "Thumbprint",
            description = "The SHA-256 thumbprint of the server's own certificate, in hexadecimal. Then no other one is"
            + " accepted, whoever has signed it.")
    String thumbprint() default "";

    @AttributeDefinition(name = "Datacenter", description = "The name of the datacenter whose hosts are used; empty if there is only one.")
    String datacenter() default "";

    @AttributeDefinition(name = "Datastore", description = "The name of the datastore where guests are kept; empty if each host has only one. To move"
            + " guests while they run it must be one that all hosts reach.")
    String datastore() default "";

    @AttributeDefinition(name = "Network",
            description = "The name of the network, or distributed port group, that guests are joined to; empty for none.")
    String network() default "";

    @AttributeDefinition(name = "Folder",
            description = "The folder that guests are kept in, under a vCenter; part of their mark everywhere. Two platforms"
            + " that share a server have different ones.")
    String folder() default "kumiki";

    @AttributeDefinition(name = "Host prefix", description = "What the names of hosts here begin with, before their names there.")
    String hostPrefix() default "";

    @AttributeDefinition(name = "Templates",
            description = "Templates, or machines that are off, that are offered as images: NAME, or NAME=name there."
            + " Only a vCenter can copy them.")
    String[] templates() default {};

    @AttributeDefinition(name = "Images", description = "Raw disks that are brought to the datastore once and offered as images:"
            + " NAME=/path/of/a/file.")
    String[] images() default {};

    @AttributeDefinition(name = "System", description = "What kind of system the raw disks have, as vSphere calls it.")
    String guestId() default "otherLinux64Guest";

    @AttributeDefinition(name = "CPU overcommitment", description = "How many CPUs are promised for each thread of a host.")
    double cpuOvercommit() default 4;

    @AttributeDefinition(name = "Memory share", description = "How much of a host's memory guests may take, from 0 to 1, those of others included.")
    double memoryShare() default 0.9;

    @AttributeDefinition(name = "Network bandwidth", description = "Of a host, in Mbit/s.")
    int networkMbps() default 1_000;

    @AttributeDefinition(name = "Reserved memory", description = "How much of a guest's memory its host must have free and keep for it, from 0 to 1.")
    double memoryReservation() default 0;

    @AttributeDefinition(name = "Reserved CPU", description = "MHz that a host keeps for each CPU of a guest.")
    int cpuReservationMhz() default 0;

    @AttributeDefinition(name = "Patience", description = "Seconds after which a call or a task of the server has failed; copies of disks may take"
            + " ten times as long.")
    int patienceSeconds() default 60;

    @AttributeDefinition(name = "Shutdown patience", description = "Seconds after which a guest that was asked to shut down is cut off.")
    int shutdownSeconds() default 60;

    @AttributeDefinition(name = "Time between looks", description = "Seconds that the server may keep news back, and after which a lost connection is"
            + " tried again.")
    int lookSeconds() default 10;
}
