package ${package};

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Runs guests on one host that is a directory: a guest is a file there, which says whether it runs and what it has written. Put your technology in
 * the place of the files, verb by verb; the checks of the test beside tell when something is missing.
 * <p>
 * As a driver must, it keeps nothing that it cannot read back from its host, so guests outlive it. Thread-safe.
 */
@HypervisorDriver(technology = ExampleHypervisor.TECHNOLOGY)
@Component(service = BlockingHypervisor.class)
public class ExampleHypervisor implements BlockingHypervisor {

    static final String TECHNOLOGY = "${technology}";
    static final HostId HOST = new HostId(TECHNOLOGY + "-1");

    private static final Set<Feature> FEATURES = EnumSet.of(Feature.CONSOLE_OUTPUT, Feature.STOP_START);
    private static final Resources CAPACITY = new Resources(16, 16_384, 1_048_576, 1_000);

    private final Path guests;
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();

    /** A guest as its file has it: the first line is its state, the rest its console. */
    private record Guest(GuestState state, String console) {

        static Guest of(String text) {
            String[] parts = text.split("\n", 2);
            return new Guest(GuestState.valueOf(parts[0]), parts[1]);
        }

        String text() {
            return state + "\n" + console;
        }
    }

    @Activate
    public ExampleHypervisor(BundleContext context) {
        this(Path.of(Objects.requireNonNullElse(context.getProperty("kumiki.data"), "data")).resolve(TECHNOLOGY));
    }

    ExampleHypervisor(Path guests) {
        this.guests = guests;
    }

    @Override
    public Technology technology() {
        return new Technology(TECHNOLOGY, "1", Technology.MonitorPlace.HOST_OS, Set.of(Method.PARAVIRTUAL), FEATURES, "its guests are files");
    }

    @Override
    public synchronized List<HostReport> hosts() {
        Map<InstanceId, GuestState> states = new HashMap<>();
        for (String name : names()) {
            InstanceId guest = new InstanceId(name);
            states.put(guest, read(guest).state());
        }
        // A launch asks for this host by the tag kumiki:label:technology.
        return List.of(new HostReport(HOST, CAPACITY, Map.of(), states));
    }

    @Override
    public synchronized void start(HostId host, GuestSpec guest) {
        check(host);
        Guest before = exists(guest.id()) ? read(guest.id()) : new Guest(GuestState.STOPPED, "");
        if (before.state() == GuestState.RUNNING) {
            return;
        }
        Stream.concat(guest.root().stream(), guest.disks().stream()).forEach(ExampleHypervisor::check);
        write(guest.id(), new Guest(GuestState.RUNNING, before.console() + guest.id() + " login:\n"));
    }

    @Override
    public synchronized void stop(HostId host, InstanceId guest, boolean force) {
        check(host);
        write(guest, new Guest(GuestState.STOPPED, existing(guest).console()));
    }

    @Override
    public synchronized void reboot(HostId host, InstanceId guest) {
        check(host);
        Guest before = existing(guest);
        if (before.state() != GuestState.RUNNING) {
            throw new HypervisorException(Reason.CONFLICT, guest + " does not run");
        }
        write(guest, new Guest(GuestState.RUNNING, before.console() + guest + " login:\n"));
    }

    @Override
    public synchronized void destroy(HostId host, InstanceId guest) {
        check(host);
        try {
            Files.deleteIfExists(file(guest));
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    @Override
    public synchronized ConsoleOutput console(HostId host, InstanceId guest) {
        check(host);
        return new ConsoleOutput(guest, Instant.now(), existing(guest).console());
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** To be called when a guest's machine has ended, and nobody has asked for it. */
    void ended(InstanceId guest) {
        stop(HOST, guest, true);
        listeners.forEach(listener -> listener.stopped(HOST, guest, "its machine ended"));
    }

    private static void check(HostId host) {
        if (!host.equals(HOST)) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no host " + host);
        }
    }

    private static void check(GuestDisk disk) {
        if (!Files.exists(disk.disk().file())) {
            throw new HypervisorException(Reason.UNAVAILABLE, "there is no disk " + disk.volume());
        }
    }

    private Guest existing(InstanceId guest) {
        if (!exists(guest)) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest);
        }
        return read(guest);
    }

    private boolean exists(InstanceId guest) {
        return Files.exists(file(guest));
    }

    /** An identifier is of a form that can be no path; a name could be anything, and comes nowhere near a file. */
    private Path file(InstanceId guest) {
        return guests.resolve(guest.value());
    }

    private List<String> names() {
        if (!Files.isDirectory(guests)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(guests)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".new")).toList();
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private Guest read(InstanceId guest) {
        try {
            return Guest.of(Files.readString(file(guest)));
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** As a whole or not at all, whatever interrupts it. */
    private void write(InstanceId guest, Guest now) {
        try {
            Files.createDirectories(guests);
            Path fresh = guests.resolve(guest + ".new");
            Files.writeString(fresh, now.text());
            Files.move(fresh, file(guest), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private static HypervisorException unavailable(IOException e) {
        return new HypervisorException(Reason.UNAVAILABLE, "the host's directory cannot be used: " + e, e);
    }
}
