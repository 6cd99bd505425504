package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.image.Program;

import com.sun.net.httpserver.HttpServer;
import org.kumiki.testing.FreePort;

/**
 * Makes the guest from packages and boots it, which takes a network, QEMU and about a minute; so only when asked for:
 * {@code mvn verify -Dtest=GuestBuilderTest -Dkumiki.test.guest=true}.
 */
@Tag("guest")
@EnabledIfSystemProperty(named = "kumiki.test.guest", matches = "true")
class GuestBuilderTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    @Test
    void theGuestLetsItsOwnerInRemembersAndGoesDownWhenAsked() throws Exception {
        GuestImage image = new GuestBuilder(Files.createDirectory(directory.resolve("image")), Files.createDirectory(directory.resolve("work")),
                System.out::println).build();
        Path overlay = directory.resolve("root.qcow2");
        run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image.disk().toString(), overlay.toString());
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory.resolve("key").toString());
        HttpServer metadata = metadata(Files.readString(directory.resolve("key.pub")));
        int port = FreePort.choose();

        try {
            Process first = boot(image, overlay, metadata.getAddress().getPort(), port);
            assertThat(console(first, "user data ran")).contains("-----BEGIN SSH HOST KEY FINGERPRINTS-----",
                    "kumiki guest test-guest ready", "user data ran on test-guest");
            assertThat(ssh(port, "root", "hostname; id -u")).isEqualTo("test-guest\n0\n");
            assertThat(ssh(port, "ec2-user", "id -un; sudo id -un")).isEqualTo("ec2-user\nroot\n");
            assertThat(ssh(port, "root", "df -m / | awk 'END { print ($2 > 7000) }'; echo kept > /root/note; sync; poweroff")).isEqualTo("1\n");
            assertThat(first.waitFor(PATIENCE.toSeconds(), SECONDS)).isTrue();

            Process second = boot(image, overlay, metadata.getAddress().getPort(), port);
            assertThat(console(second, "ready")).doesNotContain("user data ran on test-guest");
            assertThat(ssh(port, "root", "cat /root/note")).isEqualTo("kept\n");
            second.destroyForcibly().waitFor();
        } finally {
            metadata.stop(0);
        }
    }

    private Process boot(GuestImage image, Path overlay, int metadataPort, int sshPort) throws IOException {
        String busybox = Program.find("busybox").orElseThrow().toString();
        List<String> command = new ArrayList<>(List.of("qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
                "-no-reboot", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "256", "-serial", "stdio"));
        command.addAll(List.of("-kernel", image.kernel().toString(), "-initrd", image.initrd().toString(), "-append", image.commandLine()));
        command.addAll(List.of("-blockdev", "driver=qcow2,node-name=root,file.driver=file,file.filename=" + overlay,
                "-device", "virtio-blk-pci,drive=root"));
        command.addAll(List.of("-netdev", "user,id=net,net=160.0.0.0/4,dhcpstart=172.31.0.10,hostfwd=tcp:127.0.0.1:" + sshPort
                + "-:22,guestfwd=tcp:169.254.169.254:80-cmd:" + busybox + " nc 127.0.0.1 " + metadataPort,
                "-device", "virtio-net-pci,netdev=net,romfile="));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** What the guest wrote until then. */
    private static String console(Process guest, String until) throws IOException {
        StringBuilder text = new StringBuilder();
        BufferedReader reader = guest.inputReader(UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            System.out.println(line);
            text.append(line).append('\n');
            if (line.contains(until)) {
                break;
            }
        }
        return text.toString();
    }

    private String ssh(int port, String user, String command) throws IOException {
        return new String(Program.run(List.of("ssh", "-i", directory.resolve("key").toString(), "-p", Integer.toString(port),
                "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", user + "@127.0.0.1", command),
                directory, Optional.empty(), PATIENCE), UTF_8);
    }

    private static HttpServer metadata(String key) throws IOException {
        Map<String, String> answers = Map.of("/latest/api/token", "token", "/latest/meta-data/instance-id", "i-0a1b2c3d4e5f60718",
                "/latest/meta-data/local-hostname", "test-guest", "/latest/meta-data/public-keys/0/openssh-key", key,
                "/latest/user-data", "#!/bin/bash\nshopt -s extglob && echo user data ran on $(hostname)\n");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            boolean asksForToken = exchange.getRequestMethod().equals("PUT");
            boolean hasToken = "token".equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
            byte[] answer = answers.getOrDefault(exchange.getRequestURI().getPath(), "").getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.length == 0 ? 404 : asksForToken || hasToken ? 200 : 401, answer.length == 0 ? -1 : answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        server.start();
        return server;
    }

    private void run(String... command) throws IOException {
        Program.run(List.of(command), directory, Optional.empty(), PATIENCE);
    }
}
