package org.kumiki.api.migration;

import java.util.concurrent.CompletionStage;

import org.kumiki.api.hypervisor.GuestSpec;
import org.osgi.annotation.versioning.ConsumerType;

/** What a driver whose guests move while they run implements as well. */
@ConsumerType
public interface LiveMigration {

    /**
     * Moves a running guest. When the stage completes, the guest runs on exactly one host, the outcome says on which, and nothing is left
     * listening on either; what is left of it on the other host is destroyed later, by {@code destroy}.
     * <p>
     * It fails with {@link org.kumiki.api.hypervisor.HypervisorException.Reason#UNAVAILABLE} if it cannot be known now where the guest runs.
     * Then, and after the driver or the whole platform was restarted in the middle of it, it is asked for again with the same order: it then
     * goes on where it was, gives up and begins anew, or finds that it is over. With any other reason it has failed before it began.
     *
     * @param guest   how the guest is to be at the destination: what it boots from, its disks, its link
     * @param control is told of the progress, and says what to do
     */
    CompletionStage<MigrationOutcome> migrate(MigrationOrder order, GuestSpec guest, MigrationControl control);
}
