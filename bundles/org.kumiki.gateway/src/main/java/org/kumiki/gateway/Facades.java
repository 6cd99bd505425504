package org.kumiki.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The fa&ccedil;ades that are there, and the names of all that were. */
final class Facades {

    private final Map<String, List<Member>> present = new ConcurrentHashMap<>();
    private final Map<String, List<String>> known = new ConcurrentHashMap<>();

    /** @param versions the API versions that it declares */
    void add(Member member, List<String> versions) {
        known.put(member.facade(), List.copyOf(versions));
        present.compute(member.facade(), (facade, members) -> {
            List<Member> more = members == null ? new ArrayList<>() : new ArrayList<>(members);
            more.add(member);
            Collections.sort(more);
            return List.copyOf(more);
        });
    }

    /** Takes one out, so that it gets no more requests; it may still be serving some. */
    Member remove(String facade, long serviceId) {
        Member[] removed = new Member[1];
        present.computeIfPresent(facade, (f, members) -> {
            List<Member> others = members.stream().filter(member -> !member.is(serviceId)).toList();
            removed[0] = members.stream().filter(member -> member.is(serviceId)).findFirst().orElse(null);
            return others.isEmpty() ? null : others;
        });
        return removed[0];
    }

    /** The one that serves, with this visitor inside; or null if there is none. */
    Member enter(String facade) {
        for (Member member : present.getOrDefault(facade, List.of())) {
            if (member.visitors.enter()) {
                return member;
            }
        }
        return null;
    }

    boolean isPresent(String facade) {
        return present.containsKey(facade);
    }

    Map<String, List<String>> known() {
        return Map.copyOf(known);
    }
}
