package org.kumiki.hypervisor.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore;

/** The driver against VMware's simulator, over TLS: what the kit does not ask, and what others see at the server. */
@Tag("guest")
@Timeout(120)
class RealVsphereTest {

    private static final InstanceId GUEST = new InstanceId("i-0123456789abcdef0");
    private static final Resources TYPE = new Resources(2, 96, 0, 0);

    @TempDir
    Path directory;

    private Simulator simulator;
    private Session others;
    private Settings settings;
    private VsphereHypervisor driver;

    @BeforeEach
    void begin() throws Exception {
        byte[] bytes = new byte[1 << 20];
        new SecureRandom().nextBytes(bytes);
        Files.write(directory.resolve("own.raw"), bytes);
        simulator = new Simulator(true);
        others = simulator.session();
        settings = simulator.settings(Map.of("small", new Source.Template("DC0_H0_VM0"), "own", new Source.RawDisk(directory.resolve("own.raw"))));
        driver = new VsphereHypervisor(settings);
    }

    @AfterEach
    void end() throws Exception {
        driver.close();
        others.close();
        simulator.close();
    }

    private List<HostId> hosts() {
        return driver.hosts().stream().map(HostReport::host).sorted().toList();
    }

    private HostReport report(HostId host) {
        return driver.hosts().stream().filter(report -> report.host().equals(host)).findFirst().orElseThrow();
    }

    private GuestSpec guest(String image) {
        return new GuestSpec(GUEST, "web", TYPE, new BootSource.Template(settings.name(), image), Optional.empty(), List.of(),
                new NetworkLink.None("02:4b:4d:00:00:07"));
    }

    private Managed machine(String... paths) throws Exception {
        Ref machine = others.all(others.content().rootFolder(), "VirtualMachine", "name").stream().filter(each -> each.text("name")
                .equals(GUEST.value()))
                .findFirst().orElseThrow().ref();
        return others.get(machine, paths);
    }

    private static void assertReason(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    private VsphereHypervisor reachingBy(Settings.Login login) throws IOException {
        return new VsphereHypervisor(Simulator.settings(login, Map.of()));
    }

    @Test
    void aServerIsBelievedByItsThumbprintOrByWhoVouchesForItAndElseNot() throws Exception {
        Path certificate = directory.resolve("certificate.pem");
        Files.writeString(certificate, certificate());
        assertReached(new Settings.Login(simulator.url(), Simulator.USER, Simulator.PASSWORD, "", certificate.toString(), ""), true, "");
        assertReached(new Settings.Login(simulator.url(), Simulator.USER, Simulator.PASSWORD, "", "", "00".repeat(32)), false, "thumbprint");
        assertReached(new Settings.Login(simulator.url(), Simulator.USER, Simulator.PASSWORD, "", "", ""), false, "certification path");
    }

    @Test
    void aCertificateOfAnAuthorityMustHaveTheServersName() throws Exception {
        Path certificate = directory.resolve("certificate.pem");
        Files.writeString(certificate, certificate());
        URI elsewhere = URI.create(simulator.url().toString().replace("127.0.0.1", "localhost"));
        assertReached(new Settings.Login(elsewhere, Simulator.USER, Simulator.PASSWORD, "", certificate.toString(), ""), false, "localhost");
        assertReached(new Settings.Login(elsewhere, Simulator.USER, Simulator.PASSWORD, "", "", simulator.thumbprint()), true, "");
    }

    @Test
    void whoseLoginIsWrongIsToldWhatToCorrect() throws Exception {
        assertReached(new Settings.Login(simulator.url(), Simulator.USER, "wrong", "", "", simulator.thumbprint()), false,
                "correct user, and password");
    }

    private void assertReached(Settings.Login login, boolean reached, String why) throws IOException {
        VsphereHypervisor some = reachingBy(login);
        try {
            assertThat(some.hosts().isEmpty()).isEqualTo(!reached);
            assertThat(some.technology().note()).contains(why).doesNotContain(Simulator.PASSWORD);
        } finally {
            some.close();
        }
    }

    /** As the simulator shows it, taken by a manager that only looks. */
    private String certificate() throws Exception {
        CompletableFuture<X509Certificate> seen = new CompletableFuture<>();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] { new Looking(seen) }, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(simulator.url().getHost(), simulator.url().getPort())) {
            socket.startHandshake();
        }
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(seen.get().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    @Test
    void aGuestIsAsItsTypeSaysAndOnOurNetworkWithItsOwnAddress() throws Exception {
        driver.start(hosts().get(0), guest("small"));
        Managed machine = machine("config.hardware", "config.memoryAllocation", "runtime.powerState", "parent");
        assertThat(machine.text("runtime.powerState")).isEqualTo(Machine.ON);
        assertThat(others.get(machine.ref("parent").orElseThrow(), "name").text("name")).isEqualTo("kumiki");
        Element hardware = machine.get("config.hardware").orElseThrow();
        assertThat(hardware.textAt("numCPU")).isEqualTo("2");
        assertThat(hardware.textAt("memoryMB")).isEqualTo("96");
        assertThat(machine.get("config.memoryAllocation").orElseThrow().textAt("limit")).isEqualTo("96");
        List<Element> cards = hardware.all("device").filter(device -> !device.textAt("macAddress").isEmpty()).toList();
        assertThat(cards).hasSize(1);
        assertThat(cards.get(0).textAt("macAddress")).isEqualTo("02:4b:4d:00:00:07");
        assertThat(cards.get(0).textAt("backing", "deviceName")).isEqualTo("VM Network");
    }

    @Test
    void machinesOfOthersAreLetBeAndTakeRoom() throws Exception {
        HostId host = hosts().get(0);
        Set<String> before = names();
        HostReport full = report(host);
        Managed other = others.all(others.content().rootFolder(), "VirtualMachine", "name", "runtime.powerState", "runtime.host",
                "config.hardware.memoryMB").stream()
                .filter(machine -> machine.text("runtime.powerState").equals(Machine.ON) && isOn(machine, host)).findFirst().orElseThrow();
        others.run(other.ref(), "PowerOffVM_Task");
        assertThat(report(host).capacity().memoryMiB() - full.capacity().memoryMiB()).isEqualTo(other.number("config.hardware.memoryMB"))
                .isPositive();
        driver.start(host, guest("small"));
        driver.destroy(host, GUEST);
        assertThat(names()).isEqualTo(before);
    }

    private boolean isOn(Managed machine, HostId host) {
        try {
            return others.get(machine.ref("runtime.host").orElseThrow(), "name").text("name").equals(host.value());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Set<String> names() throws Exception {
        Set<String> names = new HashSet<>();
        others.all(others.content().rootFolder(), "VirtualMachine", "name").forEach(machine -> names.add(machine.text("name")));
        return names;
    }

    @Test
    void aMachineInOurFolderThatIsNotOursIsLetBe() throws Exception {
        HostId host = hosts().get(0);
        Places places = new Places(others, settings);
        others.run(places.template("DC0_H0_VM0"), "CloneVM_Task", Element.ref("folder", places.site().guests()), Element.text("name", GUEST),
                Element.of("spec", Element.of("location"), Element.text("template", false), Element.text("powerOn", false)));
        assertThat(report(host).guests()).isEmpty();
        assertReason(Reason.REFUSED, () -> driver.start(host, guest("small")));
        assertReason(Reason.REFUSED, () -> driver.destroy(host, GUEST));
        assertThat(machine("runtime.powerState").text("runtime.powerState")).isEqualTo(Machine.OFF);
    }

    @Test
    void aSessionThatTheServerHasEndedIsRenewedAndNewsComeAgain() throws Exception {
        HostId host = hosts().get(0);
        driver.start(host, guest("small"));
        CompletableFuture<String> told = new CompletableFuture<>();
        driver.watch(new Told(told));
        endSessionsOfOthers();
        assertThat(report(host).guests()).containsEntry(GUEST, GuestState.RUNNING);
        others.run(machine("name").ref(), "PowerOffVM_Task");
        assertThat(told.get(60, TimeUnit.SECONDS)).isEqualTo(GUEST + " on " + host);
    }

    private void endSessionsOfOthers() throws Exception {
        Managed manager = others.get(others.content().sessionManager(), "sessionList", "currentSession");
        String own = manager.get("currentSession").orElseThrow().textAt("key");
        for (Element session : manager.get("sessionList").orElseThrow().children()) {
            if (!session.textAt("key").equals(own)) {
                others.call(others.content().sessionManager(), "TerminateSession", Element.text("sessionId", session.textAt("key")));
            }
        }
    }

    @Test
    void anImageIsBroughtOnceByteByByteAndItsGuestsHaveADiskOfTheirOwn() throws Exception {
        VsphereImages images = new VsphereImages(settings);
        try {
            ImageStore.BuiltIn offer = images.builtIns().stream().filter(each -> each.name().equals("lab-own")).findFirst().orElseThrow();
            assertThat(await(images.build(offer.id(), progress -> { })).sizeMiB()).isZero();
            assertThat(await(images.boot(offer.id()))).isEqualTo(new BootSource.Template("lab", "own"));
            assertThat(download("kumiki-images/own/own-flat.vmdk")).isEqualTo(Files.readAllBytes(directory.resolve("own.raw")));
            assertThat(new String(download("kumiki-images/own/own.vmdk"), StandardCharsets.UTF_8)).contains("RW 2048 VMFS \"own-flat.vmdk\"");

            driver.start(hosts().get(0), guest("own"));
            Element disk = machine("config.hardware").get("config.hardware").orElseThrow().all("device").filter(device -> device.kind()
                    .equals("VirtualDisk"))
                    .findFirst().orElseThrow();
            String file = disk.textAt("backing", "fileName");
            assertThat(file).endsWith(GUEST + "/" + GUEST + ".vmdk");
            String flat = file.substring(file.indexOf(' ') + 1).replace(".vmdk", "-flat.vmdk");
            assertThat(download(flat)).isEqualTo(Files.readAllBytes(directory.resolve("own.raw")));
            driver.stop(hosts().get(0), GUEST, true);
            driver.start(hosts().get(0), guest("own"));
            assertThat(machine("config.hardware").get("config.hardware").orElseThrow().all("device").filter(device -> device.kind()
                    .equals("VirtualDisk")))
                    .as("it is not copied anew").hasSize(1);

            await(images.delete(offer.id()));
            assertThat(exists("kumiki-images/own/own.vmdk")).isFalse();
            assertThat(exists(flat)).isTrue();
            driver.destroy(hosts().get(0), GUEST);
            assertThat(exists(flat)).as("nobody else has the disk of a guest").isFalse();
        } finally {
            images.close();
        }
    }

    @Test
    void imagesThatCannotBeAreRefusedWithAReason() throws Exception {
        Files.write(directory.resolve("odd.raw"), new byte[1000]);
        VsphereImages images = new VsphereImages(simulator.settings(Map.of("odd", new Source.RawDisk(directory.resolve("odd.raw")), "gone",
                new Source.RawDisk(directory.resolve("gone.raw")), "absent", new Source.Template("nowhere"))));
        try {
            for (Map.Entry<String, String> image : Map.of("odd", "no multiple of 512", "gone", "is no file", "absent", "no template nowhere")
                    .entrySet()) {
                ImageId id = images.id(image.getKey());
                assertThatThrownBy(() -> await(images.build(id, progress -> { }))).as(image.getKey()).hasMessageContaining(image.getValue());
            }
            assertThat(await(images.delete(images.id("absent")))).isNull();
        } finally {
            images.close();
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(simulator.url().resolve("/folder/" + path + "?dcPath=DC0&dsName=LocalDS_0"))
                .timeout(Duration.ofSeconds(20))
                .header("Cookie", others.vim().cookie().orElse("")).build();
        return others.vim().http().send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private byte[] download(String path) throws Exception {
        HttpResponse<byte[]> response = get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    private boolean exists(String path) throws Exception {
        return get(path).statusCode() == 200;
    }

    @Test
    void whatTheseHostsDoNotReachIsRefused() {
        HostId host = hosts().get(0);
        GuestSpec whole = guest("small");
        GuestDisk volume = new GuestDisk(new VolumeId("vol-0123456789abcdef0"), new Disk(directory.resolve("own.raw"), Disk.Format.RAW, 1),
                "/dev/sda1");
        for (GuestSpec spec : List.of(
                new GuestSpec(GUEST, "", TYPE, whole.boot(), Optional.of(volume), List.of(), whole.link()),
                new GuestSpec(GUEST, "", TYPE, whole.boot(), Optional.empty(), List.of(volume), whole.link()),
                new GuestSpec(GUEST, "", TYPE, new BootSource.Firmware(), Optional.empty(), List.of(), whole.link()),
                new GuestSpec(GUEST, "", TYPE, new BootSource.Template("other", "small"), Optional.empty(), List.of(), whole.link()),
                new GuestSpec(GUEST, "", TYPE, new BootSource.Template("lab", "none"), Optional.empty(), List.of(), whole.link()),
                new GuestSpec(GUEST, "", TYPE, whole.boot(), Optional.empty(), List.of(), new NetworkLink.Tap("02:4b:4d:00:00:07", "tap0")))) {
            assertReason(Reason.REFUSED, () -> driver.start(host, spec));
        }
        assertThat(report(host).guests()).isEmpty();
    }

    @Test
    void aStoppedGuestStartsOnAnotherHostWithItsDisk() throws Exception {
        List<HostId> hosts = hosts();
        driver.start(hosts.get(0), guest("own"));
        Ref machine = machine("name").ref();
        assertReason(Reason.CONFLICT, () -> driver.start(hosts.get(1), guest("own")));
        driver.stop(hosts.get(0), GUEST, true);
        driver.start(hosts.get(1), guest("own"));
        assertThat(report(hosts.get(1)).guests()).containsEntry(GUEST, GuestState.RUNNING);
        assertThat(report(hosts.get(0)).guests()).isEmpty();
        assertThat(machine("name").ref()).isEqualTo(machine);
    }

    @Test
    void aHostInMaintenanceStartsNothingAndSaysSo() throws Exception {
        List<HostId> hosts = hosts();
        driver.maintain(hosts.get(0), true);
        assertThat(report(hosts.get(0)).labels()).containsEntry("maintenance", "true");
        assertReason(Reason.EXHAUSTED, () -> driver.start(hosts.get(0), guest("small")));
        driver.maintain(hosts.get(0), false);
        driver.start(hosts.get(0), guest("small"));
        assertThat(report(hosts.get(0)).guests()).containsEntry(GUEST, GuestState.RUNNING);
    }

    @Test
    void aSnapshotIsTheServers() throws Exception {
        driver.start(hosts().get(0), guest("small"));
        driver.server().snapshot(GUEST, "before the change");
        assertThat(machine("snapshot").get("snapshot").orElseThrow().at("rootSnapshotList").orElseThrow().textAt("name"))
                .isEqualTo("before the change");
    }

    @Test
    void whatTheServerDoesNotHaveIsUnsupported() {
        driver.start(hosts().get(0), guest("small"));
        assertReason(Reason.UNSUPPORTED, () -> driver.server().ticket(GUEST)); // the simulator's guests have no screen
    }

    @Test
    void aServerThatGoesHasNoHostsAndSaysWhy() throws Exception {
        hosts();
        assertThat(driver.technology().can(Feature.LIVE_MIGRATION_PRECOPY)).isTrue();
        simulator.close();
        assertThat(driver.hosts()).isEmpty();
        assertThat(driver.technology().note()).contains("lab: ");
        assertReason(Reason.UNAVAILABLE, () -> driver.start(new HostId("DC0_H0"), guest("small")));
    }

    @Test
    void anEsxHostAloneCopiesNoTemplatesAndMovesNothing() throws Exception {
        try (Simulator esx = new Simulator(false)) {
            VsphereHypervisor alone = new VsphereHypervisor(esx.settings(Map.of("small", new Source.Template("ha-host_VM0"))));
            try {
                HostId host = alone.hosts().get(0).host();
                assertThat(alone.technology().can(Feature.LIVE_MIGRATION_PRECOPY)).isFalse();
                assertReason(Reason.UNSUPPORTED, () -> alone.start(host, guest("small")));
                assertThat(alone.hosts().get(0).guests()).isEmpty();
            } finally {
                alone.close();
            }
        }
    }

    /** Keeps the first guest that it is told of. */
    private record Told(CompletableFuture<String> first) implements GuestListener {

        @Override
        public void stopped(HostId host, InstanceId guest, String reason) {
            first.complete(guest + " on " + host);
        }

        @Override
        public void hostsChanged() {
            // only guests are waited for
        }
    }

    /** Believes everybody, for this test only, and keeps what it has seen. */
    private static final class Looking extends X509ExtendedTrustManager {

        private final CompletableFuture<X509Certificate> seen;

        Looking(CompletableFuture<X509Certificate> seen) {
            this.seen = seen;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            seen.complete(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            seen.complete(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            seen.complete(chain[0]);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
