package org.kumiki.api.model;

import java.util.Set;

/**
 * A virtualization technology and its place in the classification: where the virtual machine monitor sits, and how it
 * virtualizes. The two axes are those of H. Nakada's lecture on virtualizing the datacenter (2008).
 *
 * @param name     in lower case, e.g. {@code qemu}; the engine and the console never decide by it
 * @param version  of the technology on its host, as it reports itself
 * @param monitor  where the monitor sits
 * @param methods  how it virtualizes on the hosts it was found on
 * @param features what it can do; anything else is refused with a reason
 * @param note     one line for people, e.g. why hardware support is not used
 */
public record Technology(String name, String version, MonitorPlace monitor, Set<Method> methods, Set<Feature> features, String note) {

    /** Where the virtual machine monitor sits. */
    public enum MonitorPlace {
        /** On a host operating system. */
        HOST_OS,
        /** On the bare machine; the device drivers are in one guest's operating system. */
        HYPERVISOR_WITH_DRIVER_GUEST,
        /** On the bare machine; the device drivers are its own. */
        HYPERVISOR_WITH_DRIVERS
    }

    /** How the guest is made to believe that the machine is its own. */
    public enum Method {
        /** Full virtualization; privileged code is rewritten. */
        BINARY_TRANSLATION,
        /** Full virtualization with the help of the CPU (Intel VT, AMD-V). */
        HARDWARE,
        /** The guest's kernel knows, and calls the monitor. */
        PARAVIRTUAL,
        /** Guests share the host's kernel. */
        OS_LEVEL
    }

    /** What a technology may or may not be able to do. */
    public enum Feature {
        /** The text that a guest wrote to its console can be read. */
        CONSOLE_OUTPUT,
        /** A stopped guest can be started again. */
        STOP_START,
        /** The guest is asked to shut down before it is cut off. */
        GRACEFUL_STOP,
        /** Volumes come and go while the guest runs. */
        VOLUME_HOT_PLUG,
        /** The ports through which a guest is reached can change while it runs. */
        LINK_UPDATE,
        /** A running guest moves by iterative pre-copy. */
        LIVE_MIGRATION_PRECOPY,
        /** A running guest moves by post-copy. */
        LIVE_MIGRATION_POSTCOPY,
        /** A guest moves while it is suspended. */
        STOP_AND_COPY,
        /** The guest's memory can be taken back while it runs. */
        BALLOON,
        /** The disks of a running guest can be copied as they are at one moment. */
        DISK_COPY,
        /** Which network card, disks and way to boot a guest sees can be chosen. */
        HARDWARE_CHOICE
    }

    public Technology {
        if (name.isBlank() || methods.isEmpty()) {
            throw new IllegalArgumentException("a technology has a name and at least one method: " + name + ", " + methods);
        }
        methods = Set.copyOf(methods);
        features = Set.copyOf(features);
    }

    /** Whether its guests have the host's kernel and none of their own, so that only who asks for that is placed there. */
    public boolean sharesKernel() {
        return methods.size() == 1 && methods.contains(Method.OS_LEVEL);
    }

    public boolean can(Feature feature) {
        return features.contains(feature);
    }
}
