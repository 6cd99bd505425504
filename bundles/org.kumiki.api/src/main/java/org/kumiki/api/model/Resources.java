package org.kumiki.api.model;

/**
 * An amount of what a host has and a guest takes.
 *
 * @param cpus        virtual CPUs
 * @param memoryMiB   memory in MiB
 * @param diskMiB     local disk in MiB
 * @param networkMbps network bandwidth in Mbit/s
 */
public record Resources(int cpus, long memoryMiB, long diskMiB, int networkMbps) {

    public static final Resources NONE = new Resources(0, 0, 0, 0);

    public Resources {
        if (cpus < 0 || memoryMiB < 0 || diskMiB < 0 || networkMbps < 0) {
            throw new IllegalArgumentException("resources cannot be negative: " + cpus + " cpus, " + memoryMiB + " MiB memory, "
                    + diskMiB + " MiB disk, " + networkMbps + " Mbit/s");
        }
    }

    public Resources withDisk(long newDiskMiB) {
        return new Resources(cpus, memoryMiB, newDiskMiB, networkMbps);
    }

    public Resources plus(Resources other) {
        return new Resources(Math.addExact(cpus, other.cpus), Math.addExact(memoryMiB, other.memoryMiB),
                Math.addExact(diskMiB, other.diskMiB), Math.addExact(networkMbps, other.networkMbps));
    }

    /** @throws IllegalArgumentException if there is less than {@code other} in any dimension */
    public Resources minus(Resources other) {
        return new Resources(cpus - other.cpus, memoryMiB - other.memoryMiB, diskMiB - other.diskMiB, networkMbps - other.networkMbps);
    }

    public boolean fitsIn(Resources room) {
        return cpus <= room.cpus && memoryMiB <= room.memoryMiB && diskMiB <= room.diskMiB && networkMbps <= room.networkMbps;
    }
}
