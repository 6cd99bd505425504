package org.kumiki.hypervisor.qemu;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.kumiki.hypervisor.qemu.qmp.Qmp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A copy of several disks of a guest as they are at one moment: a backup job each, begun in one transaction, that succeed or fail together. */
final class Copy {

    /** How the jobs and the targets of copies are called; the rest is the volume. */
    private static final String PREFIX = "copy-";

    private final Monitor monitor;
    private final Map<VolumeId, Disk> targets;

    Copy(Monitor monitor, Map<VolumeId, Disk> targets) {
        this.monitor = monitor;
        this.targets = new LinkedHashMap<>(targets);
    }

    /** Clears away what an earlier driver left behind, and opens the targets. */
    void prepare() throws InterruptedException {
        clear();
        for (Map.Entry<VolumeId, Disk> target : targets.entrySet()) {
            monitor.ask("blockdev-add", Disks.target(name(target.getKey()), target.getValue()));
        }
    }

    /** This is the moment. What the guest overwrites from now on is copied first. */
    CompletableFuture<Void> begin() throws InterruptedException {
        CompletableFuture<?>[] ends = targets.keySet().stream().map(volume -> monitor.jobEnds(name(volume))).toArray(CompletableFuture[]::new);
        ArrayNode actions = JsonNodeFactory.instance.arrayNode();
        for (VolumeId volume : targets.keySet()) {
            actions.addObject().put("type", "blockdev-backup").putObject("data").put("job-id", name(volume)).put("device", volume.value())
                    .put("target", name(volume)).put("sync", "full");
        }
        ObjectNode transaction = Qmp.arguments();
        transaction.set("actions", actions);
        transaction.putObject("properties").put("completion-mode", "grouped");
        monitor.ask("transaction", transaction);
        return CompletableFuture.allOf(ends);
    }

    /** Ends what runs, and closes the targets. Also what is left of copies that nobody remembers. */
    void clear() throws InterruptedException {
        for (String job : monitor.ask("query-block-jobs").findValuesAsText("device")) {
            if (job.startsWith(PREFIX)) {
                monitor.cancel(job);
            }
        }
        Set<String> nodes = monitor.blockNodes();
        for (String node : nodes) {
            if (node.startsWith(PREFIX)) {
                monitor.ask("blockdev-del", Qmp.arguments().put("node-name", node));
            }
        }
    }

    private static String name(VolumeId volume) {
        return PREFIX + volume;
    }
}
