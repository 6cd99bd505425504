package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.kumiki.api.hypervisor.DiskCopy;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;

/** What a driver says of itself and its hosts. */
final class HostChecks {

    private HostChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.of("says what it is, in lower case and always the same", HostChecks::technology),
                Check.of("implements what it declares", HostChecks::declarations),
                Check.of("reports each host once, with room for a guest", HostChecks::capacity),
                Check.of("reports how its hosts are now, and changes no report that it has given", HostChecks::snapshots));
    }

    private static void technology(Trial trial) throws Exception {
        Technology technology = trial.technology();
        expect(technology.name().matches("[a-z0-9][a-z0-9.+-]*"), "a technology is named in lower case, not \"" + technology.name() + "\"");
        expect(technology.version() != null && technology.note() != null && technology.monitor() != null,
                "its technology is incomplete: " + technology);
        trial.running();
        expect(trial.technology().name().equals(technology.name()), "its technology has another name after a start: " + trial.technology().name());
    }

    private static void declarations(Trial trial) {
        Set<Feature> features = trial.technology().features();
        for (Feature feature : features) {
            switch (feature) {
            case VOLUME_HOT_PLUG -> trial.facet(VolumeHotPlug.class);
            case LINK_UPDATE -> trial.facet(LinkUpdate.class);
            case DISK_COPY -> trial.facet(DiskCopy.class);
            case LIVE_MIGRATION_PRECOPY, LIVE_MIGRATION_POSTCOPY, STOP_AND_COPY -> trial.facet(LiveMigration.class);
            default -> { } // what every driver has a call for
            }
        }
    }

    private static void capacity(Trial trial) throws Exception {
        Set<HostId> seen = new HashSet<>();
        for (HostReport report : trial.reports()) {
            expect(seen.add(report.host()), "hosts() has " + report.host() + " twice");
            expect(report.capacity() != null && report.processors() > 0 && report.capacity().cpus() > 0 && report.capacity().memoryMiB() > 0,
                    report.host() + " has no room for any guest: " + report.capacity());
        }
        InstanceId guest = trial.newGuest();
        expect(trial.spec(guest).resources().fitsIn(trial.report(trial.host()).capacity()), "a guest of the test bed does not fit on its host");
    }

    private static void snapshots(Trial trial) throws Exception {
        List<HostReport> before = trial.reports();
        List<HostReport> copy = List.copyOf(before);
        InstanceId guest = trial.running();
        trial.expectRunning(guest, "after it was started");
        expect(before.equals(copy), "a report of hosts changes when a guest starts");
        List<HostReport> then = trial.reports();
        trial.stop(guest, true);
        expect(then.stream().anyMatch(report -> report.guests().get(guest) == GuestState.RUNNING), "a report of hosts changes when a guest stops");
        try {
            trial.reports().clear();
        } catch (UnsupportedOperationException e) {
            return; // nobody can change it
        }
        expect(!trial.reports().equals(Collections.emptyList()), "who changes a report of hosts changes the driver's own");
    }
}
