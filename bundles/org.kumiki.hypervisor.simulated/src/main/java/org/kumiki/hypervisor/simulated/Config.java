package org.kumiki.hypervisor.simulated;

import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Technology.MonitorPlace;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One configuration makes one estate of equal hosts. */
@ObjectClassDefinition(name = "Kumiki Simulated Hypervisor", description = "Hosts and guests that exist on paper only.")
@interface Config {

    @AttributeDefinition(name = "Estate", description = "Names the directory under data/simulated that the guests are kept in.")
    String estate() default "paper";

    @AttributeDefinition(name = "Hosts", description = "How many hosts there are.")
    int hosts() default 4;

    @AttributeDefinition(name = "Prefix", description = "How the hosts' names begin; a number of four digits follows.")
    String prefix() default "paper-";

    @AttributeDefinition(name = "CPUs", description = "Virtual CPUs of each host.")
    int cpus() default 32;

    @AttributeDefinition(name = "Memory", description = "Memory of each host, in MiB.")
    long memoryMiB() default 131_072;

    @AttributeDefinition(name = "Disk", description = "Local disk of each host, in MiB.")
    long diskMiB() default 4_194_304;

    @AttributeDefinition(name = "Network", description = "Network bandwidth of each host, in Mbit/s.")
    int networkMbps() default 10_000;

    @AttributeDefinition(name = "Labels", description = "Labels of each host, as name=value.")
    String[] labels() default {};

    @AttributeDefinition(name = "Technology", description = "The name under which it introduces itself.")
    String technology() default "simulated";

    @AttributeDefinition(name = "Monitor", description = "Where it says that its virtual machine monitor sits.")
    MonitorPlace monitor() default MonitorPlace.HOST_OS;

    @AttributeDefinition(name = "Methods", description = "How it says that it virtualizes.")
    Method[] methods() default { Method.HARDWARE };

    @AttributeDefinition(name = "Seed", description = "Where the random numbers begin.")
    long seed() default 1;

    @AttributeDefinition(name = "Start time", description = "How long a guest takes to start or to restart, in ms, on average.")
    long startMillis() default 500;

    @AttributeDefinition(name = "Start deviation", description = "The standard deviation of the start time, in ms; 0 for a fixed time.")
    long startDeviationMillis() default 0;

    @AttributeDefinition(name = "Stop time", description = "How long a guest takes to shut down when it is asked to, in ms.")
    long stopMillis() default 500;

    @AttributeDefinition(name = "Failure rate", description = "How many of the starts fail, from 0 to 1.")
    double failureRate() default 0;

    @AttributeDefinition(name = "Guest life", description = "After how long a guest shuts down by itself, in ms, on average; 0 for never.")
    long guestLifeMillis() default 0;

    @AttributeDefinition(name = "Boot time of a host", description = "How long a host takes to come up when it is switched on, in ms.")
    long bootMillis() default 2_000;

    @AttributeDefinition(name = "CPU use", description = "Of its CPUs, from 0 to 1, that a guest uses on average.")
    double cpuUse() default 0.2;

    @AttributeDefinition(name = "Swing of CPU use", description = "How much more and less than the average it is over a day, from 0 to 1: most at"
            + " 14:00 UTC, least at 2:00.")
    double cpuSwing() default 0;

    @AttributeDefinition(name = "Migration channel", description = "The bandwidth that one migration has, in Mbit/s.")
    long migrationMbps() default 1_000;

    @AttributeDefinition(name = "Dirty rate", description = "How fast a guest writes to its memory, in Mbit/s.")
    long dirtyMbps() default 100;

    @AttributeDefinition(name = "Writable working set", description = "The memory that a guest writes to again and again, in MiB.")
    long workingSetMiB() default 64;

    @AttributeDefinition(name = "Resume time", description = "How long a guest stands still for the switch-over itself, in ms.")
    long resumeMillis() default 40;
}
