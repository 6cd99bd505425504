package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.node.Node;
import org.kumiki.api.storage.Disk;

/**
 * The root of one guest, laid out on its host: its image below, its disk above, and of both every file as if it belonged to the guest's own
 * range of users. Without a disk, what the guest writes is kept in memory, of which it has no more than it was promised.
 */
final class Stage {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int LONGEST_MOUNTS = 16 << 20;
    private static final int MOUNT_POINT = 4;
    private static final int MOST_ATTEMPTS = 100;
    private static final long PAUSE_MILLIS = 20;

    private final Node node;
    private final GuestFiles files;
    private final RootDisk disk;

    Stage(Node node, GuestFiles files) {
        this.node = node;
        this.files = files;
        this.disk = new RootDisk(node, files);
    }

    /**
     * Once nothing of an older one is there.
     *
     * @param whole     whether all of the system is on the disk
     * @param volume    the disk, which is mounted now
     * @param memoryMiB what is kept in memory at most, if there is no disk
     * @return what {@code guest.pl} is told, which lays out the rest
     */
    List<String> making(boolean whole, Optional<Disk> volume, long memoryMiB) throws IOException {
        List<String> words = new ArrayList<>(List.of("stage=" + files.stage(), "upper=" + files.upper()));
        if (volume.isPresent()) {
            Commands.run(node, List.of("install", "-d", "-m", "0711", files.stage().getParent().getParent().toString(),
                    files.stage().getParent().toString(), files.stage().toString(), files.upper().toString()));
            if (whole) {
                disk.openWhole(volume.get());
            } else {
                disk.open(volume.get());
            }
        } else {
            words.add("memory=" + memoryMiB);
        }
        return words;
    }

    /** Takes everything apart. What the guest wrote is in its volume then. It is no error if there is nothing. */
    void close() throws IOException, InterruptedException {
        boolean staged = node.exists(files.stage());
        if (staged) {
            unmount();
        }
        disk.close();
        if (staged) {
            node.delete(files.resolver());
            node.delete(files.config());
            List<String> removal = new ArrayList<>(List.of("rmdir"));
            node.list(files.stage()).forEach(name -> removal.add(files.stage().resolve(name).toString()));
            removal.add(files.stage().toString());
            Commands.run(node, removal); // and no more than that: whatever is mounted there still, nothing of it is deleted
        }
    }

    /** A guest that has just ended may hold its root for a moment. */
    private void unmount() throws IOException, InterruptedException {
        for (int attempt = 1;; attempt++) {
            List<String> mounted = mounted(new String(node.read(MOUNTS, LONGEST_MOUNTS), UTF_8), files.stage());
            if (mounted.isEmpty()) {
                return;
            }
            List<String> command = new ArrayList<>(List.of("umount"));
            command.addAll(mounted);
            try {
                Commands.run(node, command);
            } catch (IOException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    /** What is mounted at a directory and below, the last first. */
    static List<String> mounted(String mountInfo, Path place) {
        List<String> mounted = new ArrayList<>(mountInfo.lines().map(line -> line.split(" ")).filter(fields -> fields.length > MOUNT_POINT)
                .map(fields -> fields[MOUNT_POINT]).filter(point -> (point + "/").startsWith(place + "/")).toList());
        Collections.reverse(mounted);
        return mounted;
    }
}
