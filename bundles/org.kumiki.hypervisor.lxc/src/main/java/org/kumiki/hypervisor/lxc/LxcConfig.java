package org.kumiki.hypervisor.lxc;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.ConsoleTail;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;

/**
 * What LXC is told of a guest. A pure function: the same guest, the same text.
 * <p>
 * Nothing that a client chose freely gets here: a guest is called by its identifier, not its name. What remains are paths, numbers and
 * addresses, and none that would begin a line of its own or be read as something else is let through.
 */
final class LxcConfig {

    /** Two of these are kept, so that there is always more than anybody may read. A power of two, as LXC wants it. */
    private static final int CONSOLE_BYTES = ConsoleTail.LIMIT;
    /** What even the root of a user namespace may do to its host, or see of it. */
    private static final String DROPPED = "audit_control audit_read audit_write block_suspend bpf lease linux_immutable mac_admin mac_override"
            + " mknod net_admin net_raw perfmon sys_module sys_nice sys_pacct sys_rawio sys_resource sys_time sys_tty_config syslog"
            + " wake_alarm";
    private static final Pattern PLAIN = Pattern.compile("[^\\p{Cc}\"'\\s]|[^\\p{Cc}\"'\\s][^\\p{Cc}]*[^\\p{Cc}\"'\\s]");

    private final StringBuilder text = new StringBuilder();

    private LxcConfig() {
    }

    /**
     * @param host    what the guest calls itself
     * @param firstId the first user of its range on the host
     * @param whole   whether its root is the whole system of a disk, whose init follows other signals than that of small images
     */
    static String of(GuestFiles files, String host, int firstId, List<Cgroups.Limit> limits, boolean whole) {
        LxcConfig config = new LxcConfig();
        config.add("lxc.uts.name", host);
        config.root(files, whole);
        config.users(firstId);
        config.add("lxc.namespace.share.net", files.namespaceFile());
        config.add("lxc.cgroup.dir.container", Cgroups.guest(files.name()));
        config.add("lxc.cgroup.dir.monitor", Cgroups.monitor(files.name()));
        limits.forEach(limit -> config.add(limit.key(), limit.value()));
        config.console(files);
        return config.text.toString();
    }

    private void root(GuestFiles files, boolean whole) {
        add("lxc.rootfs.path", "dir:" + files.root());
        add("lxc.mount.auto", "proc:mixed");
        // On the disk of a system of its own, that may be a link to somewhere else, which is not followed.
        add("lxc.mount.entry", field(files.resolver()) + " etc/resolv.conf none bind,ro,create=file" + (whole ? ",optional" : "") + " 0 0");
        add("lxc.autodev", 1);
        add("lxc.init.cmd", "/sbin/init");
        // What sysvinit, and else what busybox's init and that of the built-in image take for: power off, start again.
        add("lxc.signal.halt", whole ? "SIGPWR" : "SIGUSR2");
        add("lxc.signal.reboot", whole ? "SIGINT" : "SIGTERM");
    }

    private void users(int firstId) {
        add("lxc.idmap", "u 0 " + firstId + " " + LxcSettings.IDS);
        add("lxc.idmap", "g 0 " + firstId + " " + LxcSettings.IDS);
        add("lxc.cap.drop", DROPPED);
        add("lxc.seccomp.profile", "/usr/share/lxc/config/common.seccomp");
    }

    private void console(GuestFiles files) {
        add("lxc.tty.max", 0);
        add("lxc.pty.max", 256);
        add("lxc.console.logfile", files.console());
        add("lxc.console.size", CONSOLE_BYTES);
        add("lxc.console.rotate", 1);
    }

    private void add(String key, Object value) {
        String line = value.toString();
        if (!PLAIN.matcher(line).matches()) {
            throw new HypervisorException(Reason.REFUSED, "LXC cannot be told a " + key + " with a line break or another control character"
                    + " in it, or with a blank or a quote at its end: " + line.replaceAll("\\p{Cc}", "?"));
        }
        text.append(key).append(" = ").append(line).append('\n');
    }

    /** As in fstab(5). */
    static String field(Path path) {
        return path.toString().replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011").replace("\n", "\\012").replace("#", "\\043");
    }
}
