package org.kumiki.hypervisor.xen;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.Resources;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/**
 * What xl is told of a guest, in the words of xl.cfg(5). A pure function: the same guest, the same text.
 * <p>
 * Nothing that a client chose freely gets here: a guest is called by its identifier, not its name. What remains are paths, numbers and
 * addresses, each checked, and quoted so that it stays one value.
 */
final class DomainConfig {

    /** What a guest of one CPU weighs when CPUs are short; Xen's own default. */
    private static final int WEIGHT = 256;
    private static final int HEAVIEST = 65_535;
    private static final Pattern PLAIN = Pattern.compile("[^\\p{Cc}]*");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");

    private final StringBuilder text = new StringBuilder();

    /**
     * A network interface of a guest.
     *
     * @param device what it is called in dom0
     */
    record Vif(String mac, String bridge, String device) {

        Vif {
            if (!MAC.matcher(mac).matches() || !DEVICE.matcher(bridge).matches() || !DEVICE.matcher(device).matches()) {
                throw new HypervisorException(Reason.REFUSED, "this is no interface on a bridge: " + mac + ", " + bridge + ", " + device);
            }
        }

        /** Without the card that a device model would add: that is another interface on the bridge, about which its rules say nothing. */
        String words(GuestType type) {
            return "mac=" + mac + ",bridge=" + bridge + ",vifname=" + device + (type == GuestType.HVM ? ",type=vif" : "");
        }
    }

    private DomainConfig() {
    }

    static String of(GuestSpec guest, GuestType type, List<Vif> vifs, List<DomainDisk> disks, XenSettings settings) {
        DomainConfig config = new DomainConfig();
        config.add("name", guest.id().value());
        config.add("type", type.word());
        config.boot(guest.boot());
        config.limits(guest.resources(), settings);
        config.add("tsc_mode", settings.tscMode());
        // xl looks after a domain by itself, also when there is no driver.
        config.add("on_poweroff", "destroy");
        config.add("on_reboot", "restart");
        config.add("on_crash", "destroy");
        config.list("vif", vifs.stream().map(vif -> vif.words(type)).toList());
        config.list("disk", disks.stream().map(DomainDisk::words).toList());
        if (type == GuestType.HVM) {
            config.devices(GuestFiles.console(guest.id()));
        }
        return config.text.toString();
    }

    private void boot(BootSource boot) {
        if (boot instanceof BootSource.Kernel kernel) {
            add("kernel", kernel.kernel().toString());
            add("ramdisk", kernel.initrd().toString());
            add("extra", (kernel.commandLine() + " console=hvc0").strip());
        } else {
            add("boot", "c");
        }
    }

    private void limits(Resources resources, XenSettings settings) {
        add("vcpus", resources.cpus());
        add("maxvcpus", resources.cpus());
        add("memory", resources.memoryMiB());
        add("maxmem", resources.memoryMiB());
        add("cpu_weight", Math.min(HEAVIEST, (long) WEIGHT * resources.cpus()));
        add("cap", (long) settings.cpuCapPercent() * resources.cpus());
    }

    /** A whole PC, without anything that shows a picture. What it writes to its serial port is appended, also after a restart. */
    private void devices(Path console) {
        add("device_model_version", "qemu-xen");
        list("device_model_args", List.of("-chardev", "file,id=console,path=" + console + ",append=on", "-serial", "chardev:console"));
        add("vnc", 0);
        add("sdl", 0);
        add("vga", "none");
        add("usb", 0);
    }

    /** Every file that is opened on its node for a guest, down to the last that lies under one. */
    static List<Path> files(GuestSpec guest) {
        List<Path> files = new ArrayList<>();
        if (guest.boot() instanceof BootSource.Kernel kernel) {
            files.add(kernel.kernel());
            files.add(kernel.initrd());
        }
        ShownDisks.all(guest).forEach(disk -> files.addAll(files(disk.disk())));
        return files;
    }

    static List<Path> files(Disk disk) {
        return Stream.iterate(Optional.of(disk), Optional::isPresent, layer -> layer.get().backing()).map(layer -> layer.get().file()).toList();
    }

    private void list(String key, List<String> values) {
        text.append(key).append(" = [ ").append(String.join(", ", values.stream().map(value -> quote(key, value)).toList())).append(" ]\n");
    }

    private void add(String key, long value) {
        text.append(key).append(" = ").append(value).append('\n');
    }

    private void add(String key, String value) {
        text.append(key).append(" = ").append(quote(key, value)).append('\n');
    }

    /** A backslash and a quote are all that means something between quotes there. */
    static String quote(String key, String value) {
        if (!PLAIN.matcher(value).matches()) {
            throw new HypervisorException(Reason.REFUSED, "xl cannot be told a " + key + " with a line break or another control character in it: "
                    + value.replaceAll("\\p{Cc}", "?"));
        }
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
