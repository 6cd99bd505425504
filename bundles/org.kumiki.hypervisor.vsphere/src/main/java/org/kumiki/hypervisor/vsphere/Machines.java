package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be done to the machines of our guests on a server, and to no others. Thread-safe; calls block. */
final class Machines {

    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);
    private static final long BETWEEN_LOOKS_MILLIS = 250;

    private final Session session;
    private final Places places;
    private final ImageDisks disks;
    private final Settings settings;

    Machines(Session session, Places places, ImageDisks disks, Settings settings) {
        this.session = session;
        this.places = places;
        this.disks = disks;
        this.settings = settings;
    }

    /**
     * The machine of a guest.
     *
     * @throws HypervisorException if there is a machine of that name in our folder which is not ours
     */
    Optional<Machine> find(InstanceId guest) throws IOException, InterruptedException {
        Optional<Ref> known = places.child(places.site().guests(), guest.value());
        if (known.isEmpty()) {
            return Optional.empty();
        }
        try {
            Managed found = session.get(known.get(), "runtime.host", "runtime.powerState", "config.extraConfig");
            if (!isMarked(found, guest)) {
                throw new HypervisorException(Reason.REFUSED, "there is a machine " + guest + " at " + settings.name()
                        + " which is not ours: it is let be");
            }
            return found.ref("runtime.host").map(host -> new Machine(found.ref(), host, found.text("runtime.powerState")));
        } catch (VimFault e) {
            if (e.is("ManagedObjectNotFound")) {
                return Optional.empty(); // it went meanwhile
            }
            throw e;
        }
    }

    /** @param found with its {@code config.extraConfig} */
    boolean isMarked(Managed found, InstanceId guest) {
        String mark = MachineSpec.mark(settings, guest);
        return found.get("config.extraConfig").map(Element::children).orElse(List.of()).stream()
                .anyMatch(option -> option.textAt("key").equals(MachineSpec.MARK) && option.textAt("value").equals(mark));
    }

    /** Makes the machine of a guest, on a host, switched off. It may be that its disk is still lacking. */
    Machine create(GuestSpec guest, Source source, Ref host) throws IOException, InterruptedException {
        Places.Store store = places.store(host);
        Ref pool = places.pool(host);
        Ref folder = places.site().guests();
        if (source instanceof Source.Template template) {
            if (!session.content().vCenter()) {
                throw new HypervisorException(Reason.UNSUPPORTED, "an ESX host without a vCenter copies no templates; " + settings.name()
                        + " can only have images of raw disks");
            }
            copying(places.template(template.machine()), "CloneVM_Task", Element.ref("folder", folder), Element.text("name", guest.id()),
                    MachineSpec.clone(settings, guest.id(), store.ref(), pool, host));
        } else {
            session.run(folder, "CreateVM_Task", MachineSpec.create("config", settings, guest.id(), guest.resources(), store.name()),
                    Element.ref("pool", pool), Element.ref("host", host));
        }
        return find(guest.id()).orElseThrow(() -> new IOException(settings.name() + " says that it has made " + guest.id()
                + ", and does not have it"));
    }

    /** Brings a machine that is off to a host, and makes it as its guest is specified. */
    void configure(Machine machine, GuestSpec guest, String image, Ref host) throws IOException, InterruptedException {
        if (!machine.host().equals(host)) {
            copying(machine.ref(), "RelocateVM_Task", MachineSpec.relocate(places.pool(host), host));
        }
        Managed now = session.get(machine.ref(), "config.hardware.device", "config.files.vmPathName");
        List<Element> devices = now.get("config.hardware.device").map(Element::children).orElse(List.of());
        Optional<Element> disk = settings.sources().get(image) instanceof Source.RawDisk raw && !MachineSpec.hasDisk(devices)
                ? Optional.of(copy(image, raw, guest.id(), now.text("config.files.vmPathName"), host)) : Optional.empty();
        session.run(machine.ref(), "ReconfigVM_Task",
                MachineSpec.configure(settings, guest.resources(), devices, places.network(host), guest.link().mac(), disk));
    }

    /** Copies the disk of an image into the directory of a machine, over what may be left of an earlier attempt. */
    private Element copy(String image, Source.RawDisk source, InstanceId guest, String machineFile, Ref host)
            throws IOException, InterruptedException {
        Ref datacenter = places.site().datacenter();
        String file = machineFile.substring(0, machineFile.lastIndexOf('/') + 1) + guest + ".vmdk";
        copying(session.content().virtualDiskManager(), "CopyVirtualDisk_Task",
                Element.text("sourceName", disks.bring(image, source, places.store(host))), Element.ref("sourceDatacenter", datacenter),
                Element.text("destName", file), Element.ref("destDatacenter", datacenter), Element.text("force", true));
        return MachineSpec.disk(file, Files.exists(source.file()) ? Files.size(source.file()) / 1024 : 0);
    }

    void switchOn(Machine machine) throws IOException, InterruptedException {
        ignoring("InvalidPowerState", () -> session.run(machine.ref(), "PowerOnVM_Task"));
    }

    void reset(Machine machine) throws IOException, InterruptedException {
        session.run(machine.ref(), "ResetVM_Task");
    }

    void switchOff(Machine machine) throws IOException, InterruptedException {
        ignoring("InvalidPowerState", () -> session.run(machine.ref(), "PowerOffVM_Task"));
    }

    /**
     * Asks a guest to shut down.
     *
     * @return whether it has done so in time
     */
    boolean shutDown(Machine machine) throws IOException, InterruptedException {
        try {
            session.call(machine.ref(), "ShutdownGuest");
        } catch (VimFault e) {
            LOG.info("{} cannot be asked to shut down, and is cut off: {}", machine.ref(), e.getMessage());
            return false;
        }
        long end = System.nanoTime() + settings.toShutDown().toNanos();
        while (!session.get(machine.ref(), "runtime.powerState").text("runtime.powerState").equals(Machine.OFF)) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
        return true;
    }

    /** With its disks, which nobody else has. */
    void destroy(Machine machine) throws IOException, InterruptedException {
        if (!machine.isOff()) {
            switchOff(machine);
        }
        ignoring("ManagedObjectNotFound", () -> session.run(machine.ref(), "Destroy_Task"));
    }

    /**
     * Moves a machine that is on to another host, or goes on waiting for such a move.
     *
     * @param goOn is told how far it is, in percent
     */
    void move(Machine machine, Ref host, IntPredicate goOn) throws IOException, InterruptedException {
        Optional<Ref> underWay = relocation(machine);
        Ref task = underWay.isPresent() ? underWay.get()
                : session.begin(machine.ref(), "RelocateVM_Task", MachineSpec.relocate(places.pool(host), host));
        session.await(task, "RelocateVM_Task", settings.toCopy(), goOn);
    }

    private Optional<Ref> relocation(Machine machine) throws IOException, InterruptedException {
        List<Ref> recent = session.get(machine.ref(), "recentTask").refs("recentTask");
        return session.get("Task", recent, "info").stream()
                .filter(task -> task.get("info").filter(info -> info.textAt("descriptionId").equals("VirtualMachine.relocate")
                        && List.of("queued", "running").contains(info.textAt("state"))).isPresent())
                .map(Managed::ref).findFirst();
    }

    /** What an operator opens to see a guest's screen; it is good for a short time, and once. */
    String ticket(Machine machine) throws IOException, InterruptedException {
        Element ticket = session.ask(machine.ref(), "AcquireTicket", Element.text("ticketType", "webmks"))
                .orElseThrow(() -> new IOException(settings.name() + " gives no ticket"));
        String host = ticket.textAt("host").isEmpty() ? session.vim().url().getHost() : ticket.textAt("host");
        return "wss://" + host + ":" + ticket.textAt("port") + "/ticket/" + ticket.textAt("ticket");
    }

    /** Keeps the disks of a guest as they are now, at the server. */
    void snapshot(Machine machine, String name) throws IOException, InterruptedException {
        copying(machine.ref(), "CreateSnapshot_Task", Element.text("name", name), Element.text("memory", false), Element.text("quiesce", false));
    }

    /** Does what takes its time. When nobody waits for it any more, the server need not go on: whoever wants it then begins anew. */
    private void copying(Ref object, String method, Element... arguments) throws IOException, InterruptedException {
        Ref task = session.begin(object, method, arguments);
        try {
            session.await(task, method, settings.toCopy(), percent -> true);
        } catch (VimFault e) { // it has ended
            throw e;
        } catch (IOException | InterruptedException e) {
            cancel(task, e);
            throw e;
        }
    }

    private void cancel(Ref task, Exception reason) throws InterruptedException {
        try {
            session.call(task, "CancelTask");
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    @FunctionalInterface
    private interface Call {

        void perform() throws IOException, InterruptedException;
    }

    /** What is so already need not be done. */
    private static void ignoring(String fault, Call call) throws IOException, InterruptedException {
        try {
            call.perform();
        } catch (VimFault e) {
            if (!e.is(fault)) {
                throw e;
            }
        }
    }
}
