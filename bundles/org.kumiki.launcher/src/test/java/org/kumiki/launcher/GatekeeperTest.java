package org.kumiki.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.connect.ConnectFrameworkFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** In a real framework, whose distribution is two bundles. */
class GatekeeperTest {

    private static final Keys KEYS = new Keys().create("vendor");
    private static final String IMPORTS_MODEL = "Import-Package: org.kumiki.api.thing";

    @TempDir
    Path directory;
    private final List<String> audit = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            audit.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {
            // nothing is buffered
        }

        @Override
        public void close() {
            // nothing is open
        }
    };
    private Path model;
    private Path user;
    private Framework framework;

    @BeforeEach
    void makeDistribution() {
        Logger.getLogger("org.kumiki.audit").addHandler(handler);
        model = Jars.bundle(file("model"), "org.kumiki.api", "1.0.0", "Export-Package: org.kumiki.api.thing;version=1.0.0,lib;version=1.0.0");
        user = Jars.bundle(file("user"), "org.kumiki.user;singleton:=true", "1.0.0", IMPORTS_MODEL + ",lib,extra;resolution:=optional");
    }

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        Logger.getLogger("org.kumiki.audit").removeHandler(handler);
        framework.stop();
        framework.waitForStop(0);
    }

    @Test
    void withoutACertificateAllMayRun() throws Exception {
        start();

        assertThat(run(vendors("1.0.0")).getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(audit).singleElement().asString().startsWith("INFO vendor.thing 1.0.0 from file:").contains("let in", "conf/trusted");
    }

    @Test
    void withACertificateOnlyTheDistributionAndWhatIsSignedMayRun() throws Exception {
        start("vendor");

        assertThat(framework.getBundleContext().getBundle(location(user)).getState()).isEqualTo(Bundle.ACTIVE);
        Bundle unsigned = install(vendors("1.0.0"));
        refusesToStart(unsigned);
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> unsigned.loadClass("vendor.Thing"));
        assertThat(audit).singleElement().asString().startsWith("SEVERE vendor.thing 1.0.0 from file:")
                .contains("refused", "not signed", "jarsigner");
        unsigned.uninstall();
        assertThat(run(signed(vendors("1.0.0"))).getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(audit.get(1)).startsWith("INFO vendor.thing 1.0.0").contains("let in", "signed by CN=vendor");
    }

    @Test
    void whatNeedsNothingIsRefusedAsWell() throws Exception {
        start("vendor");
        Bundle alone = install(Jars.bundle(file("alone"), "vendor.alone", "1.0.0"));

        refusesToStart(alone);

        assertThat(framework.adapt(FrameworkWiring.class).resolveBundles(List.of(alone))).isFalse();
        assertThat(alone.getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    void whatIsRefusedNeitherHindersNorHelpsTheOthers() throws Exception {
        start("vendor");
        refusesToStart(install(Jars.bundle(file("bad"), "vendor.bad", "9.0.0", IMPORTS_MODEL, "Export-Package: bad,lib;version=9.0.0")));

        assertThat(run(signed(vendors("1.0.0"))).getState()).isEqualTo(Bundle.ACTIVE);
        refusesToStart(install(signed(Jars.bundle(file("needs"), "vendor.needs", "1.0.0", "Import-Package: bad"))));
    }

    @Test
    void whatIsRefusedIsNotChosenInPlaceOfOneOfTheSameName() throws Exception {
        start("vendor");
        install(Jars.bundle(file("newer"), "org.kumiki.user;singleton:=true", "9.0.0"));

        restart("vendor");

        assertThat(framework.getBundleContext().getBundle(location(user)).getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void theGateStandsAfterARestartInTheSameProcess() throws Exception {
        start("vendor");
        Bundle unsigned = install(vendors("1.0.0"));
        refusesToStart(unsigned);
        Bundle signed = run(signed(Jars.bundle(file("more"), "vendor.more", "1.0.0")));

        FutureTask<FrameworkEvent> stopped = new FutureTask<>(() -> framework.waitForStop(0));
        Thread waiting = new Thread(stopped);
        waiting.start();
        await("somebody waits for its end", () -> waiting.getState() == Thread.State.WAITING); // whoever comes later waits for the next one
        framework.update();
        assertThat(stopped.get().getType()).isEqualTo(FrameworkEvent.STOPPED_UPDATE);
        await("the framework is back", () -> framework.getState() == Bundle.ACTIVE);

        assertThat(framework.getBundleContext().getBundle(unsigned.getBundleId()).getState()).isEqualTo(Bundle.INSTALLED);
        assertThat(framework.getBundleContext().getBundle(signed.getBundleId()).getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void theProcessStaysWhenItsFrameworkRestarts() throws Exception {
        start();
        FutureTask<Void> process = new FutureTask<>(() -> {
            Main.stay(framework);
            return null;
        });
        Thread main = new Thread(process);
        main.start();
        await("it waits", () -> main.getState() == Thread.State.WAITING);
        BundleContext before = framework.getBundleContext();

        framework.update();
        await("the framework is back", () -> framework.getState() == Bundle.ACTIVE && framework.getBundleContext() != before);
        await("it waits again, or is over", () -> main.getState() == Thread.State.WAITING || process.isDone());

        assertThat(process).isNotDone();
        framework.stop();
        process.get();
    }

    @Test
    void whatIsTrustedNoMoreIsRefusedAtTheNextStart() throws Exception {
        start();
        Bundle unsigned = run(vendors("1.0.0"));

        restart("vendor");

        assertThat(framework.getBundleContext().getBundle(unsigned.getBundleId()).getState()).isEqualTo(Bundle.INSTALLED);
        awaitAudit("SEVERE vendor.thing", "refused");
    }

    @Test
    void oneOfOursThatIsUpdatedFromElsewhereIsNotOursAnyMore() throws Exception {
        start("vendor");
        Bundle ours = framework.getBundleContext().getBundle(location(user));

        update(ours, Jars.with(user, file("changed"), "vendor/more.txt", "more"));
        refusesToStart(ours);
        update(ours, user);
        ours.start();

        assertThat(ours.getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void aFileThatMayChangeAfterTheCheckIsRefused() throws Exception {
        start("vendor");

        refusesToStart(framework.getBundleContext().installBundle("reference:" + signed(vendors("1.0.0")).toUri()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "vendor" })
    void aPartOfOneOfOursIsRefusedWhoeverSignedIt(String trusted) throws Exception {
        start(trusted);
        Path fragment = signed(Jars.bundle(file("fragment"), "vendor.fragment", "1.0.0", "Fragment-Host: org.kumiki.user"));

        Bundle installed = install(fragment);
        restart(trusted);

        assertThat(framework.getBundleContext().getBundle(location(user)).getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(framework.getBundleContext().getBundle(installed.getBundleId()).getState()).isEqualTo(Bundle.INSTALLED);
        awaitAudit("vendor.fragment", "part of org.kumiki.user");
    }

    @ParameterizedTest
    @ValueSource(strings = { "system.bundle", "system.bundle;extension:=framework", "org.apache.felix.framework",
            "system.bundle;extension:=bootclasspath" })
    void aPartOfTheFrameworkIsRefused(String host) throws Exception {
        start();

        try {
            Bundle installed = install(Jars.bundle(file("extension"), "vendor.extension", "1.0.0", "Fragment-Host: " + host));
            framework.adapt(FrameworkWiring.class).resolveBundles(List.of(installed));
            assertThat(installed.getState()).isEqualTo(Bundle.INSTALLED);
        } catch (BundleException | UnsupportedOperationException e) {
            assertThat(e).rootCause().isInstanceOf(UnsupportedOperationException.class); // Felix takes none without a switch of its own
        }
        assertThat(getClass().getClassLoader().getResource("vendor/thing.txt")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "vendor" })
    void theModelIsExportedByNobodyElseWhoeverSignedIt(String trusted) throws Exception {
        start(trusted);

        refusesToStart(install(signed(Jars.bundle(file("model2"), "vendor.model", "1.0.0", "Export-Package: a,org.kumiki.api.thing;version=1.0.1"))));

        assertThat(audit).anyMatch(line -> line.contains("exports org.kumiki.api.thing") && line.contains("import it instead"));
    }

    @Test
    void theDistributionGetsFromOutsideOnlyWhatNoneOfItsBundlesHas() throws Exception {
        start();
        Bundle vendor = run(Jars.bundle(file("libraries"), "vendor.libraries", "1.0.0", "Export-Package: lib;version=99.0.0,extra"));

        restart("");

        BundleWiring wiring = framework.getBundleContext().getBundle(location(user)).adapt(BundleWiring.class);
        Map<Object, Long> providers = new HashMap<>();
        for (BundleWire wire : wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
            providers.put(wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE), wire.getProvider().getBundle().getBundleId());
        }
        long ours = framework.getBundleContext().getBundle(location(model)).getBundleId();
        assertThat(providers).isEqualTo(Map.of("org.kumiki.api.thing", ours, "lib", ours, "extra", vendor.getBundleId()));
    }

    @Test
    void versionsGoUpAndWhatThePlatformKeptMayComeBack() throws Exception {
        start("vendor");
        Bundle thing = run(signed(vendors("1.0.0")));
        update(thing, signed(vendors("2.0.0")));
        thing.start();

        update(thing, signed(vendors("1.0.0")));
        refusesToStart(thing);
        assertThat(audit).last().asString().contains("version 2.0.0 ran before");
        update(thing, signed(Jars.with(vendors("2.0.0"), file("other"), "vendor/other.txt", "other")));
        refusesToStart(thing);
        assertThat(audit).last().asString().contains("other bytes");
        Files.copy(signed(vendors("1.0.0")), Files.createDirectories(directory.resolve("plugins")).resolve("vendor.thing.jar"));
        update(thing, signed(vendors("1.0.0")));
        thing.start();

        assertThat(thing.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(thing.getVersion()).hasToString("1.0.0");
    }

    @Test
    void whatRanMayRunAgainAfterARestart() throws Exception {
        start("vendor");
        Bundle thing = run(signed(vendors("1.0.0")));

        restart("vendor");

        assertThat(framework.getBundleContext().getBundle(thing.getBundleId()).getState()).isEqualTo(Bundle.ACTIVE);
    }

    private Path vendors(String version) {
        return Jars.bundle(file("vendor" + version), "vendor.thing", version, IMPORTS_MODEL);
    }

    private Path signed(Path jar) {
        return KEYS.sign(jar, jar.resolveSibling("signed-" + jar.getFileName()), "vendor");
    }

    private Path file(String name) {
        return directory.resolve(name + ".jar");
    }

    private static String location(Path jar) {
        return "reference:" + jar.toUri();
    }

    private void start(String... trusted) throws BundleException, IOException {
        Distribution distribution = new Distribution(
                List.of(new Distribution.Member(location(model), 1), new Distribution.Member(location(user), 1)), "");
        TrustedKeys certificates = trusted.length == 0 || trusted[0].isEmpty() ? KEYS.trusted() : KEYS.trusted(trusted);
        Gatekeeper gatekeeper = new Gatekeeper(distribution, certificates, new WatchedDirectories(List.of(directory)),
                new AcceptedVersions(directory.resolve("accepted"), directory.resolve("plugins")), directory);
        Map<String, String> configuration = Map.of(Constants.FRAMEWORK_STORAGE, directory.resolve("felix").toString(),
                Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "2");
        framework = ServiceLoader.load(ConnectFrameworkFactory.class).findFirst().orElseThrow().newFramework(configuration, gatekeeper);
        framework.init();
        gatekeeper.mustStand();
        for (Distribution.Member member : distribution.members()) {
            framework.getBundleContext().installBundle(member.location()).start();
        }
        framework.start();
    }

    private void restart(String trusted) throws BundleException, IOException, InterruptedException {
        framework.stop();
        framework.waitForStop(0);
        start(trusted);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** What is found out before the log is there is told when it is. */
    private void awaitAudit(String... parts) {
        await("the audit says " + List.of(parts), () -> audit.stream().anyMatch(line -> Stream.of(parts).allMatch(line::contains)));
    }

    private Bundle install(Path jar) throws BundleException, IOException {
        try (InputStream in = Files.newInputStream(jar)) {
            return framework.getBundleContext().installBundle(jar.toUri().toString(), in);
        }
    }

    private Bundle run(Path jar) throws BundleException, IOException {
        Bundle bundle = install(jar);
        bundle.start();
        return bundle;
    }

    private static void update(Bundle bundle, Path jar) throws BundleException, IOException {
        try (InputStream in = Files.newInputStream(jar)) {
            bundle.update(in);
        } catch (BundleException e) {
            assertThat(e).hasMessageContaining("Resolver hook"); // it ran, so the framework tries to start it again
        }
    }

    private static void refusesToStart(Bundle bundle) {
        assertThatExceptionOfType(BundleException.class).isThrownBy(bundle::start);
        assertThat(bundle.getState()).isEqualTo(Bundle.INSTALLED);
    }
}
