package org.kumiki.tck;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A driver that is to be checked, and what it runs on: what a vendor implements. Three methods must be; each of the others lets more be checked. What
 * is not offered throws {@link NotOffered} with the reason, and the checks that need it are skipped.
 * <p>
 * The host may have guests of others; no check touches them. All checks use one bed, one after the other, but several threads at a time.
 */
@ConsumerType
public interface TestBed {

    /**
     * The driver: a {@link org.kumiki.api.hypervisor.Hypervisor} or a {@link org.kumiki.api.hypervisor.BlockingHypervisor}. After
     * {@link #restart(Runnable)} its successor.
     */
    Object driver();

    /** Where guests are put. */
    HostId host();

    /**
     * A small guest that starts. Its root disk, if it has one, is new each time the identifier is, and the same each time the identifier is the same.
     *
     * @param name goes into the specification as it is
     */
    GuestSpec guest(InstanceId id, String name);

    /** Another host of this driver, to which guests can move. */
    default HostId destination() {
        throw new NotOffered("there is one host only");
    }

    /** Returns when a guest that was started is so far that it can be asked to shut down. By default that is at once. */
    default void awaitReady(InstanceId guest) throws Exception {
    }

    /** What the console of this guest says once it is {@linkplain #awaitReady(InstanceId) ready}, and that of no other guest. */
    default String signature(InstanceId guest) {
        throw new NotOffered("its guests do not say on their consoles who they are");
    }

    /**
     * Ends the driver, as when its bundle is stopped, and makes its successor.
     *
     * @param meanwhile runs while there is no driver
     */
    default void restart(Runnable meanwhile) throws Exception {
        throw new NotOffered("the driver cannot be restarted here");
    }

    /** Ends a guest's machine from the outside, or from within, so that its driver does not know of it beforehand. */
    default void end(InstanceId guest) throws Exception {
        throw new NotOffered("a guest cannot be ended here without its driver");
    }

    /** A guest that starts and does not follow when it is asked to shut down. */
    default GuestSpec stubbornGuest(InstanceId id) {
        throw new NotOffered("there is no guest that does not shut down when it is asked to");
    }

    /** An empty volume that can be attached to a guest; another one each time. */
    default GuestDisk volume(VolumeId id) {
        throw new NotOffered("there is no volume to attach");
    }

    /** A volume whose file is not there. Who looks at no files overrides this, and throws {@link NotOffered}. */
    default GuestDisk missingVolume(VolumeId id) {
        return new GuestDisk(id, new Disk(Path.of("/nonexistent/kumiki-tck", id.value()), Disk.Format.RAW, 64), "/dev/sda1");
    }

    /**
     * What can be seen of a guest without asking its driver: one line each for its processes, files, ports, devices. Of a guest that runs that is
     * something; of one that was destroyed it must be nothing. By default the command lines of the processes that name the guest.
     */
    default Set<String> traces(InstanceId guest) throws Exception {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            Set<String> traces = new TreeSet<>();
            all.forEach(process -> process.info().commandLine().filter(line -> line.contains(guest.value()))
                    .ifPresent(line -> traces.add(process.pid() + " " + line)));
            return traces;
        }
    }

    /** How long one call may take before it counts as hanging, and how long an event is waited for. */
    default Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** How many guests may run at a time. At least 2. */
    default int guestsAtOnce() {
        return 8;
    }

    /** Ends the driver. Called once, after the last check. */
    default void close() throws Exception {
    }
}
