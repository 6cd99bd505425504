package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** A technology that runs by scripts comes, changes and goes with its configuration. */
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class ScriptsIT {

    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");

    @TempDir
    Path directory;

    private BundleContext context;
    private Configuration configuration;
    private Datacenter datacenter;

    @BeforeEach
    void build(@InjectBundleContext BundleContext bundles, @InjectService(timeout = 30_000) ConfigurationAdmin configurations,
            @InjectService(timeout = 30_000) Datacenter engine) throws IOException {
        context = bundles;
        datacenter = engine;
        Path script = directory.resolve("extension");
        Files.writeString(script, """
                #!/bin/sh
                here=$(dirname "$0")
                case $1 in
                create | start) touch "$here/on" ;;
                stop) rm -f "$here/on" ;;
                status) test -e "$here/on" && echo PowerOn || echo PowerOff ;;
                esac
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        configuration = configurations.getFactoryConfiguration("org.kumiki.hypervisor.exec", "itest", "?");
    }

    /** The engine keeps the hosts of a driver that is away, for it may come back; so an operator takes them out. */
    @AfterEach
    void remove() throws IOException {
        configuration.delete();
        await(Optional::isEmpty);
        for (Host host : datacenter.inventory().hosts().stream().filter(host -> host.technology().equals("itest")).toList()) {
            Estate.get(datacenter.submit(Estate.OPERATOR, new HostCommand.Accept(host.id(), false)));
            Estate.get(datacenter.submit(Estate.OPERATOR, new HostCommand.Remove(host.id())));
        }
    }

    @Test
    void aTechnologyComesChangesAndGoesAndItsGuestsAreFoundAgain() throws Exception {
        configuration.update(properties(4));
        BlockingHypervisor first = await(driver -> driver.isPresent() && host(driver.get()).isPresent()).orElseThrow();
        assertThat(host(first).orElseThrow().capacity().cpus()).isEqualTo(4);
        until("the engine knows the host", () -> datacenter.inventory().hosts().find(host(first).orElseThrow().host()).isPresent());
        first.start(host(first).orElseThrow().host(), guest());

        configuration.update(properties(6));
        BlockingHypervisor second = await(driver -> driver.flatMap(ScriptsIT::host).filter(host -> host.capacity().cpus() == 6).isPresent()).orElseThrow();
        assertThat(second).isNotSameAs(first);
        assertThat(host(second).orElseThrow().guests()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));

        configuration.delete();
        await(Optional::isEmpty);

        build(context, context.getService(context.getServiceReference(ConfigurationAdmin.class)), datacenter);
        configuration.update(properties(4));
        BlockingHypervisor third = await(driver -> driver.isPresent() && host(driver.get()).isPresent()).orElseThrow();
        assertThat(host(third).orElseThrow().guests()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        third.destroy(host(third).orElseThrow().host(), GUEST);
        assertThat(host(third).orElseThrow().guests()).isEmpty();
        assertThat(directory.resolve("on")).doesNotExist();
    }

    private Dictionary<String, Object> properties(int cpus) {
        return new Hashtable<>(Map.of("kind", "CLOUDSTACK", "path", directory.resolve("extension").toString(), "cpus", cpus, "methods",
                new String[] { "PARAVIRTUAL" }, "features", new String[] { "STOP_START" }));
    }

    private static GuestSpec guest() {
        return new GuestSpec(GUEST, "scripted", new Resources(1, 64, 0, 0), new BootSource.Nothing(), Optional.empty(), List.of(),
                new NetworkLink.None("02:00:00:00:00:01"));
    }

    private static Optional<HostReport> host(BlockingHypervisor driver) {
        return driver.hosts().stream().findFirst();
    }

    private Optional<BlockingHypervisor> driver() {
        try {
            for (ServiceReference<BlockingHypervisor> reference : context.getServiceReferences(BlockingHypervisor.class, null)) {
                BlockingHypervisor driver = context.getService(reference);
                if (driver != null && driver.technology().name().equals("itest")) {
                    return Optional.of(driver);
                }
            }
            return Optional.empty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<BlockingHypervisor> await(Predicate<Optional<BlockingHypervisor>> wished) {
        until("a driver is as wished", () -> wished.test(driver()));
        return driver();
    }

    private static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(50_000_000);
        }
    }
}
