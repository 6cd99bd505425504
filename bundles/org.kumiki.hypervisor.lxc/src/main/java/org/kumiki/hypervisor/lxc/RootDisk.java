package org.kumiki.hypervisor.lxc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodeProcess;
import org.kumiki.api.storage.Disk;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A guest's root disk: the file of a volume, in whatever format, shown as a plain file by QEMU's storage daemon, checked, and mounted. What
 * is on it is the same that a machine has there which was launched from the same image.
 */
final class RootDisk {

    private static final Duration TO_OPEN = Duration.ofSeconds(30);
    private static final Duration TO_CHECK = Duration.ofMinutes(5);
    private static final Duration TO_LET_GO = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 5;
    private static final int SECTOR = 512;
    /** e2fsck has brought into the file system what was in its journal, and then forgets that both are only a part of the disk. */
    private static final String WORKED_OFF = "while trying to re-open";
    /** e2fsck(8): there was nothing to mend, or it is mended. */
    private static final int MENDED = 1;

    private final Node node;
    private final GuestFiles files;
    private String complaint = "";

    RootDisk(Node node, GuestFiles files) {
        this.node = node;
        this.files = files;
    }

    void open(Disk disk) throws IOException {
        show(disk);
        if (!mount(0, 0)) {
            throw new HypervisorException(Reason.UNSUPPORTED, "the root disk has no whole ext4 file system, as a container needs: " + complaint);
        }
    }

    /**
     * Mounts the root file system of a disk that a machine booted from: the first ext4 file system on which there is a system.
     *
     * @throws HypervisorException if there is none, or one that a container cannot be made of
     */
    void openWhole(Disk disk) throws IOException {
        show(disk);
        for (Partition partition : partitions()) {
            if (mount(partition.offset(), partition.length())) {
                if (node.list(files.upper().resolve("etc")).contains("fstab")) {
                    checkInit();
                    return;
                }
                Commands.run(node, List.of("umount", files.upper().toString()));
            }
        }
        throw new HypervisorException(Reason.UNSUPPORTED, "the root disk has no ext4 file system with a whole system on it, as a container needs"
                + (complaint.isEmpty() ? "" : ": " + complaint));
    }

    /** A part of a disk, in bytes. */
    record Partition(long offset, long length) {
    }

    private List<Partition> partitions() throws IOException {
        Node.Finished table = node.run(List.of("partx", "--raw", "--noheadings", "--output", "START,SECTORS", files.disk().toString()), TO_OPEN);
        return table.succeeded() && !table.output().isBlank() ? partitions(table.output()) : List.of(new Partition(0, 0));
    }

    /** As partx(8) writes them. */
    static List<Partition> partitions(String table) {
        return table.lines().map(line -> line.strip().split("\\s+")).filter(words -> words.length == 2 && words[0].matches("\\d{1,15}") && words[1].matches("\\d{1,15}"))
                .map(words -> new Partition(Long.parseLong(words[0]) * SECTOR, Long.parseLong(words[1]) * SECTOR)).toList();
    }

    /** systemd works with control groups of its own, which a guest's root is not given here. */
    private void checkInit() throws IOException {
        Path init = files.upper().resolve("sbin/init");
        String leads = node.run(List.of("readlink", init.toString()), TO_OPEN).output().strip();
        if (leads.endsWith("/systemd")) {
            throw new HypervisorException(Reason.UNSUPPORTED, "the system on the root disk is started by systemd, which needs control groups of its own;"
                    + " a container has none to give, and a machine of QEMU runs it");
        }
    }

    private void show(Disk disk) throws IOException {
        node.write(files.disk(), new byte[0]);
        Node.Finished opened = node.run(List.of("qemu-storage-daemon", "--daemonize", "--pidfile", files.pid("disk").toString(),
                "--blockdev", layers(disk).put("node-name", "root").put("discard", "unmap").toString(),
                "--export", JsonNodeFactory.instance.objectNode().put("type", "fuse").put("id", "root").put("node-name", "root")
                        .put("mountpoint", files.disk().toString()).put("writable", true).toString()), TO_OPEN);
        if (!opened.succeeded()) {
            throw new IOException("the root disk cannot be opened: " + opened.errors().strip());
        }
    }

    /**
     * Mounts a file system, or says what is wrong with it.
     *
     * @param length of the part of the disk that it is in; 0 if that is all
     */
    private boolean mount(long offset, long length) throws IOException {
        // A guest may have written anything there, and the kernel that mounts it is the host's.
        String device = files.disk() + (offset == 0 ? "" : "?offset=" + offset);
        Node.Finished checked = node.run(List.of("e2fsck", "-f", "-p", device), TO_CHECK);
        if (checked.errors().contains(WORKED_OFF)) {
            Commands.run(node, List.of("debugfs", "-w", "-R", "feature -needs_recovery", device));
            checked = node.run(List.of("e2fsck", "-f", "-p", device), TO_CHECK);
        }
        if (checked.exitCode() > MENDED) {
            complaint = (checked.output() + checked.errors()).strip();
            return false;
        }
        Commands.run(node, List.of("mount", "-t", "ext4", "-o", "loop,noatime,nodev,nosuid,errors=remount-ro"
                + (length == 0 ? "" : ",offset=" + offset + ",sizelimit=" + length), files.disk().toString(), files.upper().toString()));
        return true;
    }

    /** As QEMU is told of it, every file down to the last, each with its format, so that nothing is guessed from what a guest wrote. */
    static ObjectNode layers(Disk disk) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode().put("driver", switch (disk.format()) {
            case QCOW2 -> "qcow2";
            case RAW -> "raw";
        });
        layer.putObject("file").put("driver", "file").put("filename", disk.file().toString());
        if (disk.format() == Disk.Format.QCOW2) {
            layer.set("backing", disk.backing().map(backing -> layers(backing).put("read-only", true)).orElse(null));
        }
        return layer;
    }

    /** Once it is mounted no more: waits until all of it is in the volume. It is no error if there is none. */
    void close() throws IOException, InterruptedException {
        NodeProcess daemon = NodeProcess.withArgument(node, files.pid("disk"), files.pid("disk").toString());
        if (daemon.find().isPresent()) {
            long end = System.nanoTime() + TO_LET_GO.toNanos();
            while (!Commands.run(node, List.of("losetup", "--noheadings", "-j", files.disk().toString())).isBlank()) {
                if (System.nanoTime() > end) {
                    throw new IOException("the host holds the root disk, although the guest has ended: " + files.disk());
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            daemon.end();
        }
        node.delete(files.disk());
    }
}
