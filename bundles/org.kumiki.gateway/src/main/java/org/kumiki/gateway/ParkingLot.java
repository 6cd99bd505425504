package org.kumiki.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.kumiki.api.time.Timeline;

/**
 * Where requests wait, without a thread, for a fa&ccedil;ade that is being replaced: so many of them, and each so long.
 */
final class ParkingLot {

    /** Someone who waits; exactly one of the two is called, once. */
    interface Waiting {

        void goOn();

        void giveUp();
    }

    private final class Place {

        final String facade;
        final Waiting waiting;
        Runnable cancel = () -> { };

        Place(String facade, Waiting waiting) {
            this.facade = facade;
            this.waiting = waiting;
        }
    }

    private final Timeline timeline;
    private final Map<String, Set<Place>> places = new HashMap<>();
    private int taken;
    private boolean closed;

    ParkingLot(Timeline timeline) {
        this.timeline = timeline;
    }

    /** Takes a place, unless there are so many taken already. */
    boolean park(String facade, Waiting waiting, int limit, Duration patience) {
        Place place = new Place(facade, waiting);
        synchronized (this) {
            if (closed || taken >= limit) {
                return false;
            }
            taken++;
            places.computeIfAbsent(facade, f -> new LinkedHashSet<>()).add(place);
            place.cancel = timeline.after(patience, () -> {
                if (leave(place)) {
                    waiting.giveUp();
                }
            });
        }
        return true;
    }

    /** Lets everyone go on who waits for a fa&ccedil;ade, first come, first served. */
    void release(String facade) {
        for (Place place : leaveAll(List.of(facade))) {
            place.waiting.goOn();
        }
    }

    /** Sends everyone away, and takes nobody any more. */
    void close() {
        List<Place> all;
        synchronized (this) {
            closed = true;
            all = leaveAll(List.copyOf(places.keySet()));
        }
        all.forEach(place -> place.waiting.giveUp());
    }

    synchronized int taken() {
        return taken;
    }

    private synchronized boolean leave(Place place) {
        Set<Place> waiting = places.get(place.facade);
        if (waiting == null || !waiting.remove(place)) {
            return false;
        }
        if (waiting.isEmpty()) {
            places.remove(place.facade);
        }
        taken--;
        return true;
    }

    private synchronized List<Place> leaveAll(List<String> facades) {
        List<Place> left = new ArrayList<>();
        for (String facade : facades) {
            left.addAll(places.getOrDefault(facade, Set.of()));
            places.remove(facade);
        }
        taken -= left.size();
        left.forEach(place -> place.cancel.run());
        return left;
    }
}
