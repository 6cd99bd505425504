package org.kumiki.tck;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;

/** Two hosts in memory, with what drivers make there; it outlives the drivers. Its own lock guards it. */
final class World {

    static final HostId HERE = new HostId("here");
    static final HostId THERE = new HostId("there");

    /** A guest's process. */
    record Machine(long pid, HostId host, InstanceId guest) {
    }

    /** What is kept of a guest that is on a host, running or not. */
    static final class Room {

        String console = "";
        final Set<String> volumes = new HashSet<>();
    }

    final Map<HostId, Map<InstanceId, Room>> hosts = new LinkedHashMap<>(Map.of(HERE, new TreeMap<>(), THERE, new TreeMap<>()));
    final List<Machine> machines = new ArrayList<>();
    final Set<Path> disks = ConcurrentHashMap.newKeySet();
    final Set<InstanceId> stubborn = ConcurrentHashMap.newKeySet();
    /** Files and the like that drivers make, as {@code guest what}. */
    final List<String> litter = new ArrayList<>();
    final List<Consumer<Machine>> watchers = new CopyOnWriteArrayList<>();
    /** What is to be undone when the test is over. */
    final List<AutoCloseable> leaks = new CopyOnWriteArrayList<>();
    private long pids;

    synchronized boolean runs(HostId host, InstanceId guest) {
        return machines.stream().anyMatch(machine -> machine.host().equals(host) && machine.guest().equals(guest));
    }

    synchronized void begin(HostId host, InstanceId guest) {
        machines.add(new Machine(++pids, host, guest));
        room(host, guest).console += "I am " + guest + "\n";
    }

    synchronized Room room(HostId host, InstanceId guest) {
        return hosts.get(host).computeIfAbsent(guest, each -> new Room());
    }

    synchronized void kill(HostId host, InstanceId guest) {
        machines.removeIf(machine -> machine.host().equals(host) && machine.guest().equals(guest));
    }

    /** A guest's machine ends, and nobody has asked for it. */
    void end(InstanceId guest) {
        List<Machine> ended;
        synchronized (this) {
            ended = machines.stream().filter(machine -> machine.guest().equals(guest)).toList();
            machines.removeAll(ended);
        }
        ended.forEach(machine -> watchers.forEach(watcher -> watcher.accept(machine)));
    }

    synchronized Set<String> traces(InstanceId guest) {
        Set<String> traces = new TreeSet<>();
        machines.stream().filter(machine -> machine.guest().equals(guest)).forEach(machine -> traces.add(machine.toString()));
        litter.stream().filter(line -> line.startsWith(guest.value())).forEach(traces::add);
        return traces;
    }
}
