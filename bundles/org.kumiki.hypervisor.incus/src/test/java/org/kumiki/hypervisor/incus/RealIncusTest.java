package org.kumiki.hypervisor.incus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.NetworkInterface;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.GuestMetadata;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;
import org.kumiki.api.storage.BootSource;
import org.kumiki.metadata.MetadataServer;

/**
 * The driver with the distribution's LXD and containers of the built-in image, whose first root file system {@code kumiki.guest.initrd} is. Takes
 * root.
 */
@Tag("guest")
@Timeout(120)
class RealIncusTest {

    private static final HostId HOST = new HostId("boxes");
    private static final InstanceId GUEST = new InstanceId("i-0c1b2c3d4e5f60718");
    private static final String ADDRESS = "172.31.4.5";
    private static final String LOOPBACK = "127.92.0.1";
    private static final int PORT = 20_022;

    @TempDir
    static Path temp;

    private static LxdHost machine;
    private static MetadataServer metadata;

    private final BlockingQueue<String> stopped = new LinkedBlockingQueue<>();
    private IncusHypervisor driver;

    @BeforeAll
    static void beginMachine() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("kumiki.guest.initrd") != null, "no system to run is named");
        machine = LxdHost.begin(temp);
        metadata = new MetadataServer(Clock.systemUTC());
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:4b:4d:1f:10:00", ADDRESS, Optional.empty());
        metadata.serve(machine.shared().resolve("metadata"), new GuestMetadata(GUEST, new AccountId("000000000001"), "r-00000000", 0,
                new ImageId("ami-00000000"), "t2.nano", "us-east-1", "us-east-1a", nic, List.of("default"), Optional.empty(), Optional.empty(),
                Optional.empty(), Map.of()));
    }

    @AfterAll
    static void endMachine() throws IOException, InterruptedException {
        if (machine != null) {
            metadata.close();
            machine.end();
        }
    }

    @BeforeEach
    void begin() {
        driver = driver(machine.socket());
    }

    private IncusHypervisor driver(Endpoint endpoint) {
        IncusHypervisor made = new IncusHypervisor(machine.settings(endpoint, Duration.ofSeconds(20)));
        made.watch(new GuestListener() {

            @Override
            public void stopped(HostId host, InstanceId guest, String reason) {
                stopped.add(guest.value());
            }

            @Override
            public void hostsChanged() {
            }
        });
        return made;
    }

    @AfterEach
    void end() {
        driver.destroy(HOST, GUEST);
        driver.close();
    }

    private static GuestSpec guest(boolean outbound, Forward... forwards) {
        return guest(new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", ADDRESS, List.of(forwards), outbound,
                machine.shared().resolve("metadata")));
    }

    private static GuestSpec guest(NetworkLink link) {
        return new GuestSpec(GUEST, "web", new Resources(1, 128, 1024, 10), new BootSource.Kernel(Path.of("/nowhere"),
                Path.of(System.getProperty("kumiki.guest.initrd")), ""), Optional.empty(), List.of(), link);
    }

    private void awaitConsole(String text) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!driver.console(HOST, GUEST).text().contains(text)) {
            assertThat(System.nanoTime()).as("waiting for \"%s\" in: %s", text, driver.console(HOST, GUEST).text()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static JsonNode container() throws IOException, InterruptedException {
        return machine.api().get("/1.0/instances/" + GUEST);
    }

    @Test
    void aGuestKnowsWhoItIsAndIsReachedByItsPortsWhichChangeWhileItRuns() throws Exception {
        driver.start(HOST, guest(false, new Forward("tcp", LOOPBACK, PORT, 22)));

        awaitConsole("kumiki guest ip-172-31-4-5.ec2.internal ready");
        assertThat(machine.greeting(LOOPBACK, PORT)).startsWith("SSH-2.0-dropbear");

        driver.relink(HOST, GUEST, guest(true, new Forward("tcp", LOOPBACK, PORT + 1, 22)).link());

        assertThat(machine.greeting(LOOPBACK, PORT + 1)).startsWith("SSH-2.0-dropbear");
        assertThat(machine.greeting(LOOPBACK, PORT)).doesNotContain("SSH");
        assertThat(driver.hosts().get(0).guests()).containsEntry(GUEST, GuestState.RUNNING);
    }

    @Test
    void aGuestReachesOutOnlyIfItMay() throws Exception {
        driver.start(HOST, guest(false));
        awaitConsole(" ready");

        assertThat(reachesTheBridge()).isFalse();
        driver.relink(HOST, GUEST, guest(true).link());
        assertThat(reachesTheBridge()).isTrue();
    }

    /** Whether the guest's own address gets an answer from the bridge's server of names. */
    private static boolean reachesTheBridge() throws IOException, InterruptedException {
        return guestRuns("nc -w 3 172.31.0.1 53 -e true") == 0;
    }

    private static int guestRuns(String command) throws IOException, InterruptedException {
        ObjectNode order = LxdHost.object().put("wait-for-websocket", false).put("interactive", false);
        order.putArray("command").add("/bin/sh").add("-c").add(command);
        order.putObject("environment").put("PATH", "/bin");
        return machine.api().order("POST", "/1.0/instances/" + GUEST + "/exec", order).path("return").asInt(-1);
    }

    @Test
    void limitsAreThoseOfTheGuestsType() throws Exception {
        driver.start(HOST, guest(false));

        assertThat(container().path("config").path("limits.cpu.allowance").asText()).isEqualTo("100ms/100ms");
        awaitConsole(" ready");
        assertThat(guestRuns("dd if=/dev/zero of=/dev/null bs=32M count=1")).isZero();
        assertThat(guestRuns("dd if=/dev/zero of=/dev/null bs=256M count=1")).as("more than its memory").isNotZero();
        assertThat(container().path("config").path("limits.memory").asText()).isEqualTo("128MiB");
        assertThat(container().path("config").path("volatile.idmap.current").asText()).contains("65536");
    }

    @Test
    void aGuestThatEndsByItselfIsTold() throws Exception {
        driver.start(HOST, guest(false));
        awaitConsole(" ready");

        guestRuns("kill -USR2 1");

        assertThat(stopped.poll(60, TimeUnit.SECONDS)).isEqualTo(GUEST.value());
        assertThat(driver.hosts().get(0).guests()).containsEntry(GUEST, GuestState.STOPPED);
    }

    @Test
    void aGuestIsAskedToShutDownAndHasItsFilesWhenItStartsAgain() throws Exception {
        driver.start(HOST, guest(false));
        awaitConsole(" ready");
        assertThat(guestRuns("echo kept > /root/kept")).isZero();

        driver.stop(HOST, GUEST, false);
        driver.start(HOST, guest(true));

        awaitConsole(" ready");
        assertThat(guestRuns("grep -q kept /root/kept && grep -q 172.31.0.1 /etc/resolv.conf")).isZero();
    }

    @Test
    void aServerIsAskedByHttpsWithACertificateOfOurs() throws Exception {
        Path key = temp.resolve("client.key");
        Path certificate = temp.resolve("client.crt");
        assertThat(new ProcessBuilder("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=kumiki", "-keyout", key.toString(), "-out", certificate.toString()).redirectErrorStream(true)
                .redirectOutput(temp.resolve("openssl.log").toFile()).start().waitFor()).isZero();
        Path server = Files.writeString(temp.resolve("server.crt"), machine.api().get("/1.0").path("environment").path("certificate").asText());
        ObjectNode listening = LxdHost.object();
        listening.putObject("config").put("core.https_address", "127.0.0.1:8443");
        machine.api().order("PATCH", "/1.0", listening);
        IncusHypervisor remote = driver(Endpoint.of("https://localhost:" + machine.tunnel(8443), certificate.toString(), key.toString(),
                server.toString()));
        try {
            assertThat(remote.hosts()).isEmpty();
            assertThat(remote.technology().note()).contains("config trust add");

            machine.api().order("POST", "/1.0/certificates", LxdHost.object().put("type", "client").put("name", "kumiki").put("certificate",
                    Files.readString(certificate).replaceAll("-----[A-Z ]+-----|\\s", "")));

            assertThat(remote.hosts()).extracting(HostReport::host).containsExactly(HOST);
            remote.start(HOST, guest(new NetworkLink.None("02:4b:4d:1f:10:00")));
            assertThat(driver.hosts().get(0).guests()).containsEntry(GUEST, GuestState.RUNNING);
            remote.stop(HOST, GUEST, true);
            remote.destroy(HOST, GUEST);
        } finally {
            remote.close();
        }

        Path other = temp.resolve("other.crt");
        Files.copy(certificate, other);
        IncusHypervisor deceived = driver(Endpoint.of("https://localhost:" + machine.tunnel(8443), certificate.toString(), key.toString(),
                other.toString()));
        try {
            assertThat(deceived.hosts()).as("a server with another certificate than the one that is trusted").isEmpty();
            assertThat(deceived.technology().note()).contains("cannot be asked");
        } finally {
            deceived.close();
        }
    }

    @Test
    void anInstanceOfSomebodyElseIsLetBeAndCounts() throws Exception {
        long before = driver.hosts().get(0).capacity().memoryMiB();
        ObjectNode instance = LxdHost.object().put("name", GUEST.value()).put("type", "container");
        instance.putObject("config").put("limits.memory", "256MiB");
        instance.putArray("profiles");
        instance.putObject("devices").putObject("root").put("type", "disk").put("path", "/").put("pool", LxdHost.POOL);
        instance.putObject("source").put("type", "image").put("fingerprint", anImage());
        machine.api().order("POST", "/1.0/instances", instance);
        try {
            machine.api().order("PUT", "/1.0/instances/" + GUEST + "/state", LxdHost.object().put("action", "start"));

            HostReport report = driver.hosts().get(0);
            assertThat(report.guests()).doesNotContainKey(GUEST);
            assertThat(report.capacity().memoryMiB()).isEqualTo(before - 256);
            assertThatThrownBy(() -> driver.start(HOST, guest(false))).isInstanceOfSatisfying(HypervisorException.class,
                    e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT)).hasMessageContaining("somebody else");
            driver.destroy(HOST, GUEST);
            assertThat(container().path("status").asText()).isEqualTo("Running");
        } finally {
            machine.api().order("PUT", "/1.0/instances/" + GUEST + "/state", LxdHost.object().put("action", "stop").put("force", true));
            machine.api().delete("/1.0/instances/" + GUEST);
        }
    }

    /** One that is there, because a guest was made of it. */
    private String anImage() throws IOException, InterruptedException {
        driver.start(HOST, guest(new NetworkLink.None("02:4b:4d:1f:10:00")));
        String fingerprint = container().path("config").path("volatile.base_image").asText();
        driver.destroy(HOST, GUEST);
        return fingerprint;
    }

    @Test
    void anImageIsTakenInOnceAndGoesWhenNobodyUsesIt() throws Exception {
        String fingerprint = anImage();
        driver.start(HOST, guest(new NetworkLink.None("02:4b:4d:1f:10:00")));

        assertThat(container().path("config").path("volatile.base_image").asText()).isEqualTo(fingerprint);
        Images images = new Images(machine.api(), "x86_64");
        images.sweep(Duration.ZERO);
        assertThat(machine.api().find("/1.0/images/" + fingerprint)).isPresent();
        driver.destroy(HOST, GUEST);
        images.sweep(Duration.ofHours(1));
        assertThat(machine.api().find("/1.0/images/" + fingerprint)).isPresent();
        images.sweep(Duration.ZERO);
        assertThat(machine.api().find("/1.0/images/" + fingerprint)).isEmpty();
    }
}
