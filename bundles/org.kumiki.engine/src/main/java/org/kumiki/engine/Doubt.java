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

    /**
     * What is to be believed of a report.
     *
     * @param askAgain whether the driver should be asked again soon
     * @param others   the hosts that run guests which are not there as far as is known
     */
    record Judged(Report.HostsSeen report, boolean askAgain, List<HostReport> others) {
    }

    Judged judge(World world, Report.HostsSeen report) {
        Map<Object, HostReport> hosts = new HashMap<>();
        report.hosts().forEach(host -> hosts.put(host.host(), host));
        Map<Object, Integer> known = new HashMap<>();
        boolean doubtful = false;
        for (Instance instance : world.instances()) {
            HostReport host = instance.host().map(hosts::get).orElse(null);
            if (host == null) {
                continue;
            }
            boolean isThere = host.guests().containsKey(instance.id());
            if (isThere) {
                known.merge(host.host(), 1, Integer::sum);
            }
            if (isThere || !shouldBeThere(instance) || !report.isAbout(instance)) { // the usual one first
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
        List<HostReport> others = report.hosts().stream().filter(host -> host.guests().size() > known.getOrDefault(host.host(), 0)).toList();
        return new Judged(new Report.HostsSeen(report.technology(), believed, report.asked()), doubtful, others);
    }

    private static boolean shouldBeThere(Instance instance) {
        return instance.state() == InstanceState.RUNNING || instance.state() == InstanceState.STOPPING;
    }
}
