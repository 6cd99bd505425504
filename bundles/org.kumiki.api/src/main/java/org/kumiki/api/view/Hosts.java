package org.kumiki.api.view;

import java.util.Map;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.osgi.annotation.versioning.ProviderType;

/** Every host, in columns: as it is, in a {@link HostTable}, or as it will be after some steps of a plan. */
@ProviderType
public interface Hosts {

    /** How many rows there are, those of removed hosts included. */
    int size();

    /** The row of a host, or -1. */
    int row(HostId host);

    HostId id(int row);

    Resources capacity(int row);

    /** How many CPUs are there, of which the capacity may promise more, or less. */
    int processors(int row);

    Map<String, String> labels(int row);

    Technology technology(int row);

    HostState state(int row);

    int freeCpus(int row);

    long freeMemoryMiB(int row);

    long freeDiskMiB(int row);

    int freeNetworkMbps(int row);

    /** How many guests take resources there. */
    int guests(int row);

    /** Whether an instance of this spread or cluster group is there. */
    boolean runs(int row, String group);

    /** Whether an instance of this spread or cluster group is anywhere. */
    boolean runsAnywhere(String group);

    /** Whether so much is free there, whatever the host's state. */
    default boolean hasRoom(int row, Resources wanted) {
        return wanted.cpus() <= freeCpus(row) && wanted.memoryMiB() <= freeMemoryMiB(row) && wanted.diskMiB() <= freeDiskMiB(row)
                && wanted.networkMbps() <= freeNetworkMbps(row);
    }
}
