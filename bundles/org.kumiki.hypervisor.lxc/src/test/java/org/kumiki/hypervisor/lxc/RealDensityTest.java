package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.node.contract.PlainNode;

/** As many web servers as a host of 4 GiB should bear, a container each; the image is named as for {@link RealContainerTest}. */
@Tag("guest")
@Timeout(240)
class RealDensityTest {

    private static final int GUESTS = 70;
    private static final int TOGETHER_MIB = 4_096;
    private static final int AT_ONCE = 4;
    private static final HostId HOST = new HostId("dense");
    private static final String SERVE = "mkdir -p /www && echo hello > /www/index.html && exec httpd -h /www";

    @TempDir
    Path temp;

    @Test
    void seventyWebServersAnswerWithinFourGibibytes() throws Exception {
        Node node = new PlainNode(HOST.value(), temp);
        LxcHypervisor driver = new LxcHypervisor(new LxcSettings(Path.of("/usr/bin/lxc-start"), 64, 1, Duration.ofSeconds(20), 2_000_000_000, true));
        driver.addNode(node);
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            long begun = System.nanoTime();
            for (Future<?> started : threads.invokeAll(IntStream.range(0, GUESTS).mapToObj(number -> Executors.callable(() -> serve(driver, node, number)))
                    .toList())) {
                started.get();
            }
            IntStream.range(0, GUESTS).forEach(number -> assertThat(answer(number)).as("guest %d", number).contains(" 200 OK"));
            System.out.println(GUESTS + " web servers answer after " + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
            assertThat(driver.hosts().get(0).guests()).hasSize(GUESTS);
        } finally {
            threads.invokeAll(IntStream.range(0, GUESTS).mapToObj(number -> Executors.callable(() -> driver.destroy(HOST, id(number)))).toList());
            threads.shutdown();
            driver.stop();
        }
    }

    private static InstanceId id(int number) {
        return new InstanceId(String.format("i-0de5e%012x", number));
    }

    private void serve(LxcHypervisor driver, Node node, int number) {
        try {
            NetworkLink link = new NetworkLink.User(String.format("02:4b:4d:20:00:%02x", number), "168.0.0.0/5", "172.31.17." + number,
                    List.of(new Forward("tcp", address(number), 20_080, 80)), true, temp.resolve("metadata"));
            driver.start(HOST, new GuestSpec(id(number), "web", new Resources(1, TOGETHER_MIB / GUESTS, 64, 10),
                    new BootSource.Kernel(Path.of(System.getProperty("kumiki.guest.kernel")), Path.of(System.getProperty("kumiki.guest.initrd")), ""),
                    Optional.empty(), List.of(), link));
            Node.Finished served = node.run(List.of("lxc-attach", "--lxcpath=/run/kumiki-lxc/stage", "--name=" + id(number) + "@" + HOST, "--", "sh",
                    "-c", SERVE), Duration.ofSeconds(60));
            assertThat(served.exitCode()).as(served.errors()).isZero();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String address(int number) {
        return "127.92.1." + (number + 1);
    }

    private static String answer(int number) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address(number), 20_080), 30_000);
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(30));
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
