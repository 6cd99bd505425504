package org.kumiki.hypervisor.libvirt;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Technology.MonitorPlace;

/** libvirt's drivers that are known here: what each is, and what can be had of it. Whatever is not listed is refused. */
enum Kind {
    QEMU(MonitorPlace.HOST_OS, List.of("kvm", "qemu"), EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP, Feature.CONSOLE_OUTPUT,
            Feature.VOLUME_HOT_PLUG), ""),
    LXC(MonitorPlace.HOST_OS, List.of("lxc"), EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP),
            "libvirt keeps nothing of what a container writes to its console"),
    XEN(MonitorPlace.HYPERVISOR_WITH_DRIVER_GUEST, List.of("xen"), EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP, Feature.CONSOLE_OUTPUT), ""),
    TEST(MonitorPlace.HOST_OS, List.of("test"), EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP),
            "nothing runs here: libvirt's test driver only keeps account of machines, in its daemon's memory"),
    BHYVE(MonitorPlace.HOST_OS, List.of("bhyve"), EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP), Kind.UNTRIED),
    ESX(MonitorPlace.HYPERVISOR_WITH_DRIVERS, List.of("vmware"), EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP), Kind.UNTRIED),
    VZ(MonitorPlace.HOST_OS, List.of("vz", "parallels"), EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP), Kind.UNTRIED),
    OPENVZ(MonitorPlace.HOST_OS, List.of("openvz"), EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP), Kind.UNTRIED);

    private static final String UNTRIED = "never tried with the real thing: what libvirt documents is what is asked of it";

    private final MonitorPlace monitor;
    private final List<String> types;
    private final Set<Feature> features;
    private final String note;

    Kind(MonitorPlace monitor, List<String> types, Set<Feature> features, String note) {
        this.monitor = monitor;
        this.types = types;
        this.features = features;
        this.note = note;
    }

    /** @throws IllegalArgumentException if libvirt has no such driver, or nothing is known of it here */
    static Kind of(ConnectionUri uri) {
        return Arrays.stream(values()).filter(kind -> kind.technology().equals(uri.driver())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("of libvirt's driver \"" + uri.driver() + "\" nothing is known here; known are "
                        + Arrays.stream(values()).map(Kind::technology).toList()));
    }

    /** As libvirt has it, in lower case. */
    String technology() {
        return name().toLowerCase(Locale.ROOT);
    }

    MonitorPlace monitor() {
        return monitor;
    }

    /** The types of its domains, the best first. */
    List<String> types() {
        return types;
    }

    Set<Feature> features() {
        return features;
    }

    /** One line for people; empty if there is nothing to say. */
    String note() {
        return note;
    }

    /** Where the console of a guest is kept, in the console directory: by libvirt, or with Xen by xenconsoled, which chooses the name. */
    String consoleFile(InstanceId guest) {
        return this == XEN ? "guest-" + guest + ".log" : guest.value();
    }

    boolean hasContainers() {
        return this == LXC || this == OPENVZ;
    }

    /** How it virtualizes, by what libvirt says that it can. */
    Set<Method> methods(Capabilities capabilities, String type) {
        Set<Method> methods = EnumSet.noneOf(Method.class);
        if (hasContainers()) {
            methods.add(Method.OS_LEVEL);
        } else if (this == XEN) {
            if (capabilities.has("xen", type)) {
                methods.add(Method.PARAVIRTUAL);
            }
            if (capabilities.has("hvm", type)) {
                methods.add(Method.HARDWARE);
            }
        }
        if (methods.isEmpty()) {
            methods.add(type.equals("qemu") || this == TEST ? Method.BINARY_TRANSLATION : Method.HARDWARE);
        }
        return methods;
    }
}
