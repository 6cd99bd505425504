package org.kumiki.bench.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;

/** An empty datacenter that is filled with guests without rules, always the same ones. */
public final class Filling {

    /** What each host has. */
    public static final Resources HOST = Estate.HOST;
    /** So many guests that follow each other are alike. */
    private static final int ALIKE = 50;

    private final int hosts;
    private final int guests;
    private final int atOnce;

    /**
     * How it ended.
     *
     * @param guests    that found room
     * @param hostsUsed by them
     */
    public record Filled(int guests, long hostsUsed) {
    }

    /** @param atOnce how many are asked for by one request, which are alike; a divisor of 50 */
    public Filling(int hosts, int guests, int atOnce) {
        if (atOnce < 1 || ALIKE % atOnce != 0) {
            throw new IllegalArgumentException(atOnce + " is no divisor of " + ALIKE);
        }
        this.hosts = hosts;
        this.guests = guests;
        this.atOnce = atOnce;
    }

    /** All guests in the order in which they come. */
    public List<Resources> sizes() {
        List<Resources> sizes = new ArrayList<>(guests);
        Guests clients = new Guests(1, false);
        while (sizes.size() < guests) {
            Resources each = clients.next().each();
            for (int guest = 0; guest < ALIKE && sizes.size() < guests; guest++) {
                sizes.add(each);
            }
        }
        return sizes;
    }

    public Filled by(Scheduler scheduler) {
        HostTable table = new Estate(hosts, 0).hosts();
        List<Resources> sizes = sizes();
        int placed = 0;
        for (int guest = 0; guest < guests; guest += atOnce) {
            PlacementRequest request = new PlacementRequest(Math.min(atOnce, guests - guest), sizes.get(guest), PlacementRules.ANYWHERE);
            List<HostId> chosen = scheduler.place(view(guest, table), request).hosts();
            HostTable.Editor next = table.edit();
            for (HostId host : chosen) {
                next.take(table.row(host), request.each());
            }
            table = next.build();
            placed += chosen.size();
        }
        long used = 0;
        for (int row = 0; row < table.size(); row++) {
            used += table.guests(row) > 0 ? 1 : 0;
        }
        return new Filled(placed, used);
    }

    private static DatacenterView view(int version, HostTable table) {
        return new DatacenterView(version, Instant.EPOCH, table, () -> {
            throw new IllegalStateException("no scheduler should need them");
        });
    }
}
