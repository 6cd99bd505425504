package org.kumiki.bench.twin.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.cloudsimplus.allocationpolicies.VmAllocationPolicyFirstFit;
import org.cloudsimplus.brokers.DatacenterBroker;
import org.cloudsimplus.brokers.DatacenterBrokerSimple;
import org.cloudsimplus.core.CloudSimPlus;
import org.cloudsimplus.datacenters.DatacenterSimple;
import org.cloudsimplus.hosts.Host;
import org.cloudsimplus.hosts.HostSimple;
import org.cloudsimplus.resources.Pe;
import org.cloudsimplus.resources.PeSimple;
import org.cloudsimplus.util.Log;
import org.cloudsimplus.vms.Vm;
import org.cloudsimplus.vms.VmSimple;

/** CloudSim Plus places guests, the first host that has room first. Compiled by the bench when Maven can bring what it needs. */
public final class CloudSimPlusPlacing {

    private static final int MIPS = 1_000;

    private CloudSimPlusPlacing() {
    }

    /** @param arguments a file of guests, and how many hosts there are; then what a host has: CPUs, memory, disk in MiB, and network in Mbit/s */
    public static void main(String[] arguments) throws IOException {
        Log.setLevel(ch.qos.logback.classic.Level.OFF);
        int[] has = Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
        CloudSimPlus simulation = new CloudSimPlus();
        List<Host> hosts = new ArrayList<>();
        for (int number = 0; number < Integer.parseInt(arguments[1]); number++) {
            List<Pe> cores = new ArrayList<>();
            for (int core = 0; core < has[0]; core++) {
                cores.add(new PeSimple(MIPS));
            }
            hosts.add(new HostSimple(has[1], has[3], has[2], cores));
        }
        new DatacenterSimple(simulation, hosts, new VmAllocationPolicyFirstFit());
        List<Vm> guests = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            int[] wants = Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt).toArray();
            guests.add(new VmSimple(MIPS, wants[0]).setRam(wants[1]).setSize(wants[2]).setBw(wants[3]));
        }
        DatacenterBroker broker = new DatacenterBrokerSimple(simulation);
        broker.submitVmList(guests);
        simulation.terminateAt(1);
        simulation.start();
        System.out.printf("%noutcome %d %d%n", broker.getVmCreatedList().size(), hosts.stream().filter(host -> !host.getVmCreatedList().isEmpty()).count());
    }
}
