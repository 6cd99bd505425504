package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.tck.NotOffered;
import org.kumiki.tck.TestBed;

/** The project's own scripts of either kind, whose guests are processes. */
final class ScriptBed implements TestBed {

    /** Scripts are slow where many things run. */
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final Lab lab;
    private final Settings settings;
    private final Map<InstanceId, String> names = new ConcurrentHashMap<>();
    private volatile ExecHypervisor driver;

    ScriptBed(Path directory, Config.Kind kind) throws IOException {
        lab = new Lab(directory);
        settings = lab.settings(kind, PATIENCE, Lab.OFTEN);
        driver = lab.driver(settings);
    }

    @Override
    public Object driver() {
        return driver;
    }

    @Override
    public HostId host() {
        return Lab.HOST;
    }

    @Override
    public GuestSpec guest(InstanceId id, String name) {
        return Lab.guest(id, name);
    }

    /** Before that it does not know what to do when it is asked to end. */
    @Override
    public void awaitReady(InstanceId guest) throws Exception {
        Path console = settings.kind() == Config.Kind.CLOUDSTACK ? lab.directory.resolve("guests").resolve(guest.value()).resolve("console")
                : lab.node.directory().resolve("exec/lab").resolve(guest.value()).resolve("console");
        while (!Files.exists(console) || !Files.readString(console).contains(name(guest) + " up")) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    public String signature(InstanceId guest) {
        return guest + " up";
    }

    @Override
    public void restart(Runnable meanwhile) {
        driver.close();
        try {
            meanwhile.run();
        } finally {
            driver = lab.driver(settings);
        }
    }

    @Override
    public void end(InstanceId guest) throws IOException {
        List<ProcessHandle> processes = processes(name(guest)).toList();
        if (processes.isEmpty()) {
            throw new IOException("there is no process of " + guest + " to be ended");
        }
        for (ProcessHandle process : processes) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    @Override
    public GuestDisk missingVolume(VolumeId id) {
        throw new NotOffered("these guests are processes, which look at no disk");
    }

    @Override
    public Set<String> traces(InstanceId guest) throws IOException {
        Set<String> traces = new TreeSet<>();
        processes(name(guest)).forEach(process -> traces.add(process.pid() + " " + Lab.command(process)));
        try (Stream<Path> files = Files.walk(lab.directory)) {
            files.filter(file -> file.getFileName().toString().equals(guest.value())).forEach(file -> traces.add(file.toString()));
        }
        return traces;
    }

    /** By which name its script knows it; remembered, for when its record is gone. */
    private String name(InstanceId guest) throws IOException {
        if (settings.kind() == Config.Kind.CLOUDSTACK) {
            return guest.value();
        }
        new Records(lab.node, "lab").find(guest).ifPresent(record -> names.put(guest, GuestXml.name(record)));
        return names.getOrDefault(guest, "one-of-none");
    }

    /** Those of a guest, without a child of theirs that is just about to become another program. */
    private Stream<ProcessHandle> processes(String name) {
        return ProcessHandle.allProcesses().filter(process -> is(process, name) && process.parent().filter(parent -> is(parent, name)).isEmpty());
    }

    private boolean is(ProcessHandle process, String name) {
        String command = Lab.command(process);
        return command.contains("wait $!; done " + name + " ") && command.contains(lab.directory.toString());
    }

    @Override
    public void close() {
        driver.hosts().forEach(host -> host.guests().keySet().forEach(guest -> driver.destroy(host.host(), guest)));
        driver.close();
    }
}
