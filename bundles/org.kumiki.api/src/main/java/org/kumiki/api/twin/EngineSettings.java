package org.kumiki.api.twin;

import java.time.Duration;
import java.util.List;

import org.kumiki.api.datacenter.Region;
import org.kumiki.api.model.InstanceType;

/**
 * What an engine is configured with.
 *
 * @param planning     how often policies are asked for plans; zero for never
 * @param sampling     how often the use of processors is measured; zero for never
 * @param looking      how often drivers are asked for their hosts, if they do not say that those have changed
 * @param movesAtOnce  how many instances policies may have moving at a time
 * @param movesPerHost how many of them to and from one host
 * @param spareHosts   how many hosts may fail at once while there is room left for what ran on them
 * @param types        the sizes on offer in a datacenter in which there is nothing yet; none for those that the engine has by itself
 */
public record EngineSettings(Region region, Duration planning, Duration sampling, Duration looking, int movesAtOnce, int movesPerHost,
        int spareHosts, List<InstanceType> types) {

    /** What a live engine has that nobody has configured. */
    public static final EngineSettings STANDARD = new EngineSettings(new Region("us-east-1", "us-east-1a"), Duration.ofMinutes(1),
            Duration.ofMinutes(1), Duration.ofSeconds(30), 16, 2, 0);

    public EngineSettings {
        if (planning.isNegative() || sampling.isNegative() || looking.isNegative() || looking.isZero()) {
            throw new IllegalArgumentException("an engine plans and samples at intervals that are not negative, and looks at one that is positive: "
                    + planning + ", " + sampling + ", " + looking);
        }
        types = List.copyOf(types);
    }

    /** With the sizes that the engine has by itself. */
    public EngineSettings(Region region, Duration planning, Duration sampling, Duration looking, int movesAtOnce, int movesPerHost, int spareHosts) {
        this(region, planning, sampling, looking, movesAtOnce, movesPerHost, spareHosts, List.of());
    }

    /** The same, but for how often things are done. */
    public EngineSettings every(Duration newPlanning, Duration newSampling, Duration newLooking) {
        return new EngineSettings(region, newPlanning, newSampling, newLooking, movesAtOnce, movesPerHost, spareHosts, types);
    }

    /** The same, but for how much may move at a time. */
    public EngineSettings moving(int newMovesAtOnce, int newMovesPerHost) {
        return new EngineSettings(region, planning, sampling, looking, newMovesAtOnce, newMovesPerHost, spareHosts, types);
    }

    /** The same, but for the sizes on offer. */
    public EngineSettings offering(List<InstanceType> newTypes) {
        return new EngineSettings(region, planning, sampling, looking, movesAtOnce, movesPerHost, spareHosts, newTypes);
    }
}
