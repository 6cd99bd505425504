package org.kumiki.bench.twin.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.cloudsimplus.allocationpolicies.migration.VmAllocationPolicyMigrationBestFitStaticThreshold;
import org.cloudsimplus.brokers.DatacenterBroker;
import org.cloudsimplus.brokers.DatacenterBrokerSimple;
import org.cloudsimplus.cloudlets.Cloudlet;
import org.cloudsimplus.cloudlets.CloudletSimple;
import org.cloudsimplus.core.CloudSimPlus;
import org.cloudsimplus.datacenters.DatacenterSimple;
import org.cloudsimplus.hosts.Host;
import org.cloudsimplus.hosts.HostSimple;
import org.cloudsimplus.resources.Pe;
import org.cloudsimplus.resources.PeSimple;
import org.cloudsimplus.schedulers.cloudlet.CloudletSchedulerTimeShared;
import org.cloudsimplus.schedulers.vm.VmSchedulerTimeShared;
import org.cloudsimplus.selectionpolicies.VmSelectionPolicyMinimumMigrationTime;
import org.cloudsimplus.util.Log;
import org.cloudsimplus.utilizationmodels.UtilizationModelPlanetLab;
import org.cloudsimplus.vms.Vm;
import org.cloudsimplus.vms.VmSimple;

/**
 * CloudSim's day of PlanetLab as far as CloudSim Plus can say it: the same hosts, machines and traces, a static threshold, and the machine that moves
 * fastest. Its hosts keep all that was promised to a machine, however little that uses, so they have never too much. Compiled by the bench when Maven
 * can bring what it needs.
 */
public final class CloudSimPlusDay {

    private static final int INTERVAL = 300;
    private static final int DAY = 86_400;
    private static final int[] HOST_MIPS = { 1_860, 2_660 };
    private static final int[] MIPS = { 2_500, 2_000, 1_000, 500 };
    private static final int[] MEMORY = { 870, 1_740, 1_740, 613 };

    private CloudSimPlusDay() {
    }

    /** @param arguments the folder of the day, how many hosts, and the threshold */
    public static void main(String[] arguments) throws IOException {
        Log.setLevel(ch.qos.logback.classic.Level.OFF);
        CloudSimPlus simulation = new CloudSimPlus();
        simulation.terminateAt(DAY);
        List<Host> hosts = new ArrayList<>();
        for (int number = 0; number < Integer.parseInt(arguments[1]); number++) {
            int mips = HOST_MIPS[number % HOST_MIPS.length];
            List<Pe> cores = List.of(new PeSimple(mips), new PeSimple(mips));
            hosts.add(new HostSimple(4_096, 1_000_000, 1_000_000, cores).setVmScheduler(new VmSchedulerTimeShared()));
        }
        VmAllocationPolicyMigrationBestFitStaticThreshold policy = new VmAllocationPolicyMigrationBestFitStaticThreshold(
                new VmSelectionPolicyMinimumMigrationTime(), Double.parseDouble(arguments[2]));
        int[] migrations = new int[1];
        new DatacenterSimple(simulation, hosts, policy).setSchedulingInterval(INTERVAL).addOnVmMigrationFinishListener(event -> migrations[0]++);
        List<Path> traces;
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            traces = files.sorted().toList();
        }
        DatacenterBroker broker = new DatacenterBrokerSimple(simulation);
        List<Vm> machines = new ArrayList<>();
        List<Cloudlet> loads = new ArrayList<>();
        int quarter = (traces.size() + MIPS.length - 1) / MIPS.length;
        for (Path trace : traces) {
            int kind = machines.size() / quarter;
            Vm machine = new VmSimple(MIPS[kind], 1).setRam(MEMORY[kind]).setBw(100_000).setSize(2_500);
            machines.add(machine.setCloudletScheduler(new CloudletSchedulerTimeShared()));
            Cloudlet load = new CloudletSimple((long) MIPS[0] * DAY, 1).setSizes(300);
            load.setUtilizationModelCpu(new UtilizationModelPlanetLab(trace.toString(), INTERVAL));
            loads.add(load.setVm(machine));
        }
        broker.submitVmList(machines);
        broker.submitCloudletList(loads);
        simulation.start();
        System.out.printf("%noutcome %d %d%n", broker.getVmCreatedList().size(), migrations[0]);
    }
}
