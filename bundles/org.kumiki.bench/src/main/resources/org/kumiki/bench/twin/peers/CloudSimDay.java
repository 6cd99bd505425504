package org.kumiki.bench.twin.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.cloudbus.cloudsim.Cloudlet;
import org.cloudbus.cloudsim.UtilizationModel;
import org.cloudbus.cloudsim.UtilizationModelNull;
import org.cloudbus.cloudsim.UtilizationModelPlanetLabInMemory;
import org.cloudbus.cloudsim.VmAllocationPolicy;
import org.cloudbus.cloudsim.core.CloudSim;
import org.cloudbus.cloudsim.examples.power.Constants;
import org.cloudbus.cloudsim.examples.power.Helper;
import org.cloudbus.cloudsim.examples.power.planetlab.PlanetLabRunner;
import org.cloudbus.cloudsim.power.PowerDatacenter;

import com.sun.management.OperatingSystemMXBean;

/**
 * CloudSim's own example of a day of PlanetLab, which may be run several times, but for the order of the machines, which it leaves to the file system, and for the figures, which it
 * rounds. Compiled by the bench when there is a CloudSim to compile it against.
 */
public final class CloudSimDay extends PlanetLabRunner {

    /** Set before the constructor of the class above runs, which does it all. */
    private static int hosts;
    /** What the last day has come to. */
    private static String figures;

    private CloudSimDay(Path folder, String overload, String selection, String parameter) {
        super(false, false, folder.getParent().toString(), "", folder.getFileName().toString(), overload, selection, parameter);
    }

    /**
     * @param arguments the folder of the day, how many hosts, how to tell that one has too much, which machine leaves it, the parameter of the former, and
     *                  how often the day is run
     */
    public static void main(String[] arguments) {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        hosts = Integer.parseInt(arguments[1]);
        int times = Integer.parseInt(arguments[5]);
        long first = 0;
        for (int time = 0; time < times; time++) {
            new CloudSimDay(Path.of(arguments[0]), arguments[2], arguments[3], arguments[4]);
            first = time == 0 ? process.getProcessCpuTime() : first;
        }
        System.out.printf(Locale.ROOT, "%noutcome %s %.3f%n", figures, (process.getProcessCpuTime() - first) / 1e9 / Math.max(1, times - 1));
    }

    @Override
    protected void init(String folder) {
        CloudSim.init(1, Calendar.getInstance(), false);
        broker = Helper.createBroker();
        try {
            cloudletList = cloudlets(Path.of(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        vmList = Helper.createVmList(broker.getId(), cloudletList.size());
        hostList = Helper.createHostList(hosts);
    }

    private static List<Cloudlet> cloudlets(Path folder) throws IOException {
        List<Path> sorted;
        try (Stream<Path> files = Files.list(folder)) {
            sorted = files.sorted().toList();
        }
        UtilizationModel none = new UtilizationModelNull();
        List<Cloudlet> cloudlets = new ArrayList<>();
        for (Path file : sorted) {
            UtilizationModel use = new UtilizationModelPlanetLabInMemory(file.toString(), Constants.SCHEDULING_INTERVAL);
            Cloudlet cloudlet = new Cloudlet(cloudlets.size(), Constants.CLOUDLET_LENGTH, Constants.CLOUDLET_PES, 300, 300, use, none, none);
            cloudlet.setUserId(broker.getId());
            cloudlet.setVmId(cloudlets.size());
            cloudlets.add(cloudlet);
        }
        return cloudlets;
    }

    @Override
    protected void start(String name, String output, VmAllocationPolicy policy) {
        PowerDatacenter datacenter;
        try {
            datacenter = (PowerDatacenter) Helper.createDatacenter("Datacenter", PowerDatacenter.class, hostList, policy);
        } catch (Exception e) { // that is what it throws
            throw new IllegalStateException(e);
        }
        broker.submitVmList(vmList);
        broker.submitCloudletList(cloudletList);
        CloudSim.terminateSimulation(Constants.SIMULATION_LIMIT);
        CloudSim.startSimulation();
        CloudSim.stopSimulation();
        figures = Figures.of(datacenter);
    }

    /** Reads what CloudSim counts, as its own example does. */
    private static final class Figures extends Helper {

        static String of(PowerDatacenter datacenter) {
            Map<String, Double> violations = getSlaMetrics(vmList);
            return String.format(Locale.ROOT, "%.9f %d %d %.12f %.12f", datacenter.getPower() / 3.6e6, datacenter.getMigrationCount(),
                    getTimesBeforeHostShutdown(datacenter.getHostList()).size(), getSlaTimePerActiveHost(datacenter.getHostList()),
                    violations.get("underallocated_migration"));
        }
    }
}
