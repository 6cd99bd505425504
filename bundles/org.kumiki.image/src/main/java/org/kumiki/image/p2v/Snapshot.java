package org.kumiki.image.p2v;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.node.Node;

/**
 * A snapshot of a volume of LVM, which stays as it is while the volume is written on. LVM lets file systems stand still while it makes it. It
 * takes a fifth of the volume's size in its group.
 */
final class Snapshot implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int GONE_BAD = 4;

    private final Node node;
    private final String volume;
    private final String device;

    private Snapshot(Node node, String volume, String device) {
        this.node = node;
        this.volume = volume;
        this.device = device;
    }

    /**
     * Makes one, unless there is no room for it, or LVM is not there.
     *
     * @param name by which one that was left behind is found again
     */
    static Optional<Snapshot> of(Node node, String device, String name) throws IOException {
        Node.Finished names = node.run(List.of("lvs", "--noheadings", "--separator", "/", "--options", "vg_name,lv_name", device), PATIENCE);
        String[] parts = names.output().strip().split("/");
        if (!names.succeeded() || parts.length != 2 || !parts[0].matches("[A-Za-z0-9+_.][A-Za-z0-9+_.-]*") || !parts[1].matches("[A-Za-z0-9+_.][A-Za-z0-9+_.-]*")) {
            return Optional.empty();
        }
        Snapshot snapshot = new Snapshot(node, parts[0] + "/" + name, "/dev/" + parts[0] + "/" + name);
        snapshot.remove(); // of a platform that died meanwhile
        Node.Finished made = node.run(List.of("lvcreate", "--yes", "--snapshot", "--extents", "20%ORIGIN", "--name", name, parts[0] + "/" + parts[1]), PATIENCE);
        return made.succeeded() ? Optional.of(snapshot) : Optional.empty();
    }

    String device() {
        return device;
    }

    /** @throws SourceException if more was written meanwhile than it could keep */
    void check() throws IOException {
        Node.Finished state = node.run(List.of("lvs", "--noheadings", "--options", "lv_attr", volume), PATIENCE);
        String attributes = state.output().strip();
        if (!state.succeeded() || attributes.length() <= GONE_BAD || attributes.charAt(GONE_BAD) != 'a') {
            throw new SourceException("the snapshot " + volume + " on " + node.name() + " could not keep all that was written meanwhile; make more room in"
                    + " its group, or do it without a snapshot");
        }
    }

    private Node.Finished remove() throws IOException {
        return node.run(List.of("lvremove", "--yes", volume), PATIENCE);
    }

    @Override
    public void close() throws IOException {
        Node.Finished removed = remove();
        if (!removed.succeeded()) {
            throw new SourceException("the snapshot " + volume + " on " + node.name() + " stays, remove it by lvremove: " + removed.errors().strip());
        }
    }
}
