package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.Node.Finished;

/** Volumes that come to a guest that runs, and go. Which place one has is written down before it comes, so that who goes on knows where to look. */
record HotPlug(Node node, GuestFiles files) {

    private static final int LONGEST = 64 << 10;

    void attach(GuestDisk disk) throws IOException, InterruptedException {
        Places before = places();
        Places places = before.with(disk.volume());
        write(places);
        if (has(places, disk.volume())) {
            return;
        }
        try {
            DomainDisk shown = new DomainDisk(places.device(disk.volume()).orElseThrow(), disks().open(disk));
            new Xl(node).must("block-attach", files.name(), shown.words());
        } catch (IOException e) {
            disks().close(disk.volume());
            write(before);
            throw e;
        }
    }

    /** @throws HypervisorException UNAVAILABLE if the guest does not let go of it */
    void detach(VolumeId volume) throws IOException, InterruptedException {
        Places places = places();
        Optional<String> device = places.device(volume);
        if (device.isEmpty()) {
            return;
        }
        if (has(places, volume)) {
            Finished detached = new Xl(node).run(Xl.TO_ANSWER, "block-detach", files.name(), device.get());
            if (!detached.succeeded()) {
                throw new HypervisorException(Reason.UNAVAILABLE, files.name() + " does not let go of " + volume + ": " + Xl.complaint(detached));
            }
        }
        disks().close(volume);
        write(places.without(volume));
    }

    private boolean has(Places places, VolumeId volume) throws IOException {
        String number = places.number(volume).orElseThrow();
        return new Xl(node).must("block-list", files.name()).lines().anyMatch(line -> line.strip().startsWith(number + " "));
    }

    /** Those that the guest was started with, and those that have come since. */
    Places places() throws IOException {
        return Places.parse(node.text(files.places(), LONGEST));
    }

    /** Most guests have no volumes, and nothing to write. */
    void write(Places places) throws IOException {
        if (!places.text().equals(node.text(files.places(), LONGEST))) {
            node.write(files.places(), places.text().getBytes(UTF_8));
        }
    }

    private ShownDisks disks() {
        return new ShownDisks(node, files);
    }
}
