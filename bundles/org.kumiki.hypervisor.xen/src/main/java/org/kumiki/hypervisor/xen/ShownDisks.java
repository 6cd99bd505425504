package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodeProcess;
import org.kumiki.api.node.Node.Finished;
import org.kumiki.api.storage.Disk;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What stands for the disks of one guest in dom0. A raw file or a device is what it is. Any other disk, with all that lies under it, a storage daemon
 * of QEMU's shows as a raw file: so Xen is told of nothing but raw ones, whatever type the guest is, and also while it runs.
 */
record ShownDisks(Node node, GuestFiles files) {

    /** Debian's, and nearly everybody's. */
    static final Path DAEMON = Path.of("/usr/bin/qemu-storage-daemon");
    private static final Duration TO_OPEN = Duration.ofSeconds(60);
    private static final Duration TO_LET_GO = Duration.ofSeconds(60);
    private static final Pattern VOLUME = Pattern.compile("vol-[0-9a-f]{8,17}");
    private static final long PAUSE_MILLIS = 200;

    static boolean isShown(Disk disk) {
        return disk.format() != Disk.Format.RAW;
    }

    /** Has all disks of a guest that is about to start ready. */
    List<DomainDisk> open(GuestSpec guest, Places places) throws IOException, InterruptedException {
        closeAll();
        List<DomainDisk> ready = new ArrayList<>();
        for (GuestDisk disk : all(guest)) {
            ready.add(new DomainDisk(places.device(disk.volume()).orElseThrow(), open(disk)));
        }
        return ready;
    }

    /** The disks of a guest that moves, none of which is shown. */
    static List<DomainDisk> plain(GuestSpec guest, Places places) {
        return all(guest).stream().map(disk -> new DomainDisk(places.device(disk.volume()).orElseThrow(), disk.disk().file())).toList();
    }

    /** The root disk first. */
    static List<GuestDisk> all(GuestSpec guest) {
        List<GuestDisk> disks = new ArrayList<>();
        guest.root().ifPresent(disks::add);
        disks.addAll(guest.disks());
        return disks;
    }

    /** @return what Xen is given for a disk; repeating it is no error */
    Path open(GuestDisk disk) throws IOException {
        if (!isShown(disk.disk())) {
            return disk.disk().file();
        }
        Path shown = files.shown(disk.volume());
        if (daemon(disk.volume()).find().isEmpty()) {
            node.makeDirectory(files.shownDisks());
            node.write(shown, new byte[0]);
            Finished opened = node.run(command(disk), TO_OPEN);
            if (!opened.succeeded()) {
                throw new IOException("the disk " + disk.disk().file() + " cannot be opened on " + node.name() + ": " + opened.errors().strip());
            }
        }
        return shown;
    }

    private List<String> command(GuestDisk disk) {
        String volume = disk.volume().value();
        return List.of(DAEMON.toString(), "--daemonize", "--pidfile", files.pid(volume).toString(),
                "--blockdev", layers(disk.disk()).put("node-name", volume).put("discard", "unmap").toString(),
                "--export", JsonNodeFactory.instance.objectNode().put("type", "fuse").put("id", volume).put("node-name", volume)
                        .put("mountpoint", files.shown(disk.volume()).toString()).put("writable", true).toString());
    }

    /** Every file down to the last, each with its format, so that nothing is guessed from what a guest wrote. */
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

    private NodeProcess daemon(VolumeId volume) {
        return new NodeProcess(node, files.pid(volume.value()), files.pid(volume.value()).toString());
    }

    /** Once Xen has let go of it: returns when all of it is in the volume. It is no error if it is not shown. */
    void close(VolumeId volume) throws IOException, InterruptedException {
        Path shown = files.shown(volume);
        if (daemon(volume).find().isPresent()) {
            long end = System.nanoTime() + TO_LET_GO.toNanos();
            while (!node.run(List.of("losetup", "--noheadings", "-j", shown.toString()), TO_OPEN).output().isBlank()) {
                if (System.nanoTime() > end) {
                    throw new IOException(node.name() + " holds " + volume + ", although its guest has ended: " + shown);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            daemon(volume).end();
        }
        // One that did not end by itself has left its file mounted; mostly there is nothing to do.
        node.run(List.of("umount", "-l", shown.toString()), TO_OPEN);
        node.delete(shown);
    }

    void closeAll() throws IOException, InterruptedException {
        for (String name : shown()) {
            close(new VolumeId(name));
        }
    }

    /** The volumes that are shown. */
    List<String> shown() throws IOException {
        return node.list(files.shownDisks()).stream().filter(name -> VOLUME.matcher(name).matches()).toList();
    }
}
