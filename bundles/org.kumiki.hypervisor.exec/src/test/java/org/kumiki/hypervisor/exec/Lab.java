package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Technology.MonitorPlace;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/** What tests of scripts need: a node in a directory of its own, the project's own scripts, and guests. Its drivers are closed by whoever makes them. */
final class Lab {

    static final HostId HOST = new HostId("here-lab");
    static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");
    static final Path SCRIPTS = Path.of("src/test/scripts").toAbsolutePath();
    static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Tests see what they themselves ask for where guests are looked after so seldom, and wait less for events where that is done so often. */
    static final Duration SELDOM = Duration.ofHours(1);
    static final Duration OFTEN = Duration.ofMillis(500);

    final Path directory;
    final TestNode node;

    Lab(Path directory) {
        this.directory = directory;
        this.node = new TestNode(directory.resolve("node"));
    }

    /** For the project's own scripts, with all that they can do. */
    Settings settings(Config.Kind kind, Duration patience, Duration betweenLooks) throws IOException {
        return switch (kind) {
            case CLOUDSTACK -> settings(kind, SCRIPTS.resolve("cloudstack/process.py"),
                    EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP, Feature.CONSOLE_OUTPUT), patience, betweenLooks);
            case OPENNEBULA -> settings(kind, SCRIPTS.resolve("opennebula/process"), EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP), patience,
                    betweenLooks);
        };
    }

    Settings settings(Config.Kind kind, Path path, Set<Feature> features, Duration patience) throws IOException {
        return settings(kind, path, features, patience, SELDOM);
    }

    private Settings settings(Config.Kind kind, Path path, Set<Feature> features, Duration patience, Duration betweenLooks) throws IOException {
        Path files = Files.createDirectories(directory.resolve("guests"));
        Map<Details.Key, String> details = new TreeMap<>(Map.of(new Details.Key("host", "directory"), files.toString()));
        return new Settings("lab", kind, path, Set.of(), "{node}-{name}", MonitorPlace.HOST_OS, Set.of(Method.OS_LEVEL), features,
                new Resources(8, 8_192, 65_536, 1_000), patience, patience, patience, betweenLooks, List.of("FILES=" + files, "HERE=" + directory),
                new Details(details, Map.of()), false, features.contains(Feature.CONSOLE_OUTPUT) ? "consoleoutput" : "", Config.Deployment.LIBVIRT, "qemu",
                "");
    }

    ExecHypervisor driver(Settings settings) {
        ExecHypervisor driver = new ExecHypervisor(settings);
        driver.addNode(node);
        return driver;
    }

    /** A script of a test's own. */
    Path script(String name, String... lines) throws IOException {
        Path script = directory.resolve(name);
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    static GuestSpec guest() {
        return guest(GUEST, "web");
    }

    static GuestSpec guest(InstanceId id, String name) {
        Disk image = new Disk(Path.of("/images/base.qcow2"), Disk.Format.QCOW2, 2_048);
        GuestDisk root = new GuestDisk(new VolumeId("vol-0a1b2c3d4e5f60718"),
                new Disk(Path.of("/volumes/root.qcow2"), Disk.Format.QCOW2, 2_048, Optional.of(image)), "/dev/sda");
        return new GuestSpec(id, name, new Resources(2, 256, 2_048, 100), new BootSource.Firmware(), Optional.of(root), List.of(),
                new NetworkLink.Tap("02:00:00:00:00:01", "tap7"));
    }

    /** How the driver's only host has it. */
    static Map<InstanceId, GuestState> states(ExecHypervisor driver) {
        return driver.hosts().get(0).guests();
    }

    /** How a process was started; empty once it has ended, though nobody has asked about it yet. */
    static String command(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }
}
