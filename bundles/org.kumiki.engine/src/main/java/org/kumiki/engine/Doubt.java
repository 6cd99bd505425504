package org.kumiki.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;

/**
 * Believes that a guest is gone when its driver says so twice in a row: an instance whose guest is gone is stopped, or
 * terminated if it had no volume, which is too much for one report in which it was overlooked. Thread-safe.
 */
final class Doubt {

    private final Set<InstanceId> missedOnce = ConcurrentHashMap.newKeySet();

    /** What is to be believed of a report, and whether the driver should be asked again soon. */
    record Judged(Report.HostsSeen report, boolean askAgain) {
    }

    Judged judge(World world, Report.HostsSeen report) {
        Map<Object, HostReport> hosts = new HashMap<>();
        report.hosts().forEach(host -> hosts.put(host.host(), host));
        boolean doubtful = false;
        for (Instance instance : world.instances()) {
            HostReport host = instance.host().map(hosts::get).orElse(null);
            if (host == null) {
                continue;
            }
            if (!report.isAbout(instance) || !shouldBeThere(instance) || host.guests().containsKey(instance.id())) {
                missedOnce.remove(instance.id());
            } else if (missedOnce.add(instance.id())) {
                doubtful = true;
                Map<InstanceId, GuestState> guests = new HashMap<>(host.guests());
                guests.put(instance.id(), GuestState.RUNNING);
                hosts.put(host.host(), new HostReport(host.host(), host.capacity(), host.processors(), host.labels(), guests));
            }
        }
        List<HostReport> believed = new ArrayList<>();
        report.hosts().forEach(host -> believed.add(hosts.get(host.host())));
        return new Judged(new Report.HostsSeen(report.technology(), believed, report.asked()), doubtful);
    }

    private static boolean shouldBeThere(Instance instance) {
        return instance.state() == InstanceState.RUNNING || instance.state() == InstanceState.STOPPING;
    }
}
