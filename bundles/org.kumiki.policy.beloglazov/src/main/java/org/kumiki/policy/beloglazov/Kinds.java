package org.kumiki.policy.beloglazov;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

import org.kumiki.api.view.Hosts;

/** The kinds of some hosts: one for all that are alike, so that two of them differ when they are not the same. Not thread-safe. */
final class Kinds {

    private final Hosts hosts;
    private final Map<HostKind.Labels, HostKind> kinds = new HashMap<>();
    /** Hosts often share their labels, and then nothing in them need be compared. */
    private final Map<Map<String, String>, HostKind> byLabels = new IdentityHashMap<>();

    Kinds(Hosts hosts) {
        this.hosts = hosts;
    }

    HostKind of(int host) {
        HostKind kind = byLabels.get(hosts.labels(host));
        if (kind == null || kind.processors() != hosts.processors(host)) {
            kind = kinds.computeIfAbsent(HostKind.Labels.of(hosts, host), HostKind::of);
            byLabels.put(hosts.labels(host), kind);
        }
        return kind;
    }
}
