package org.kumiki.api.forecast;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;

/**
 * Something that begins and takes some time.
 *
 * @param decision       the number of the decision that it is begun; of a stop, the one that the instance runs where it does
 * @param technology     of the host, or of both hosts
 * @param host           where the instance is to be; of a stop, where it is
 * @param source         where it moves from; empty unless it moves
 * @param strategy       that directs a move; empty if none was named, and unless it moves
 * @param downtimeBudget how long the instance may stand still in a move; zero unless it moves
 */
public record Undertaking(Kind kind, Guest guest, long decision, String technology, HostId host, Optional<HostId> source, Optional<String> strategy,
        Duration downtimeBudget) {

    /** What it is. */
    public enum Kind {
        /** An instance starts: from the order to its driver's word that it runs. */
        START,
        /** An instance shuts down since it was asked to: from the order to its driver's word that it is off. */
        STOP,
        /** A running instance moves to another host. */
        MOVE,
        /** An instance is shut down on one host and started on another. It stands still from when it is off until it runs again. */
        COLD_MOVE
    }

    /**
     * What is known of the instance.
     *
     * @param type name of its type
     */
    public record Guest(InstanceId id, AccountId owner, String type, ImageId image, long memoryMiB) {
    }

    /** One that has no source and nobody who directs it: a start or a stop. */
    public static Undertaking at(HostId host, Kind kind, Guest guest, long decision, String technology) {
        return new Undertaking(kind, guest, decision, technology, host, Optional.empty(), Optional.empty(), Duration.ZERO);
    }

    /** The hosts whose load it changes: where the instance is to be, and where it moves from. */
    public List<HostId> hosts() {
        return Stream.concat(Stream.of(host), source.stream()).toList();
    }

    /** Whether the instance is to run on a host when this is over. */
    public boolean endsOn(HostId place) {
        return kind != Kind.STOP && host.equals(place);
    }
}
