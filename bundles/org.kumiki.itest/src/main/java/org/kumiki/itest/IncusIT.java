package org.kumiki.itest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** A server of containers comes with its configuration, by the HTTP client that the driver has of its own, over a unix-domain socket. */
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
@Timeout(60)
class IncusIT {

    private static final HostId HOST = new HostId("itest-boxes");
    /** What a server says of itself, by how its questions begin; to anything else it says that it is not there. */
    private static final Map<String, String> ANSWERS = Map.of(
            "GET /1.0?", "{\"auth\": \"trusted\", \"environment\": {\"server\": \"lxd\", \"driver\": \"lxc\", \"server_version\": \"5.0.2\"}}",
            "GET /1.0/instances?", "[]",
            "GET /1.0/resources?", "{\"cpu\": {\"total\": 2}, \"memory\": {\"total\": 8589934592}}",
            "GET /1.0/storage-pools/default/resources?", "{\"space\": {\"total\": 8589934592}}");

    @TempDir
    Path directory;

    private ServerSocketChannel server;
    private Configuration configuration;
    private Datacenter datacenter;

    @InjectBundleContext
    BundleContext context;

    @BeforeEach
    void begin(@InjectService(timeout = 30_000) ConfigurationAdmin configurations,
            @InjectService(timeout = 30_000) Datacenter engine) throws IOException {
        datacenter = engine;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
        Thread thread = new Thread(this::serve, "itest-incus");
        thread.setDaemon(true);
        thread.start();
        configuration = configurations.getFactoryConfiguration("org.kumiki.hypervisor.incus", "itest-boxes", "?");
    }

    @AfterEach
    void end() throws IOException, InterruptedException, InvalidSyntaxException {
        configuration.delete();
        while (!context.getServiceReferences(BlockingHypervisor.class, "(service.pid=org.kumiki.hypervisor.incus~itest-boxes)").isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(20); // or the host would come again
        }
        server.close();
        for (Host host : datacenter.inventory().hosts().stream().filter(host -> host.id().equals(HOST)).toList()) {
            Estate.get(datacenter.submit(Estate.OPERATOR, new HostCommand.Accept(host.id(), false)));
            Estate.get(datacenter.submit(Estate.OPERATOR, new HostCommand.Remove(host.id())));
        }
    }

    private void serve() {
        while (true) {
            try (SocketChannel client = server.accept()) {
                BufferedReader in = new BufferedReader(new InputStreamReader(Channels.newInputStream(client), ISO_8859_1));
                String question = question(in);
                if (question.startsWith("OPTIONS * ")) { // as each connection begins
                    client.write(ByteBuffer.wrap("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8)));
                    question = question(in);
                }
                client.write(ByteBuffer.wrap(answer(question).getBytes(UTF_8)));
            } catch (IOException e) {
                if (!server.isOpen()) {
                    return;
                }
            }
        }
    }

    private static String question(BufferedReader in) throws IOException {
        String question = in.readLine();
        String header = question;
        while (header != null && !header.isEmpty()) {
            header = in.readLine();
        }
        if (header == null) {
            throw new IOException("somebody has hung up");
        }
        return question;
    }

    private static String answer(String question) {
        String body = ANSWERS.entrySet().stream().filter(each -> question.startsWith(each.getKey())).findFirst()
                .map(each -> "{\"type\": \"sync\", \"metadata\": " + each.getValue() + "}").orElse("{\"type\": \"error\", \"error_code\": 404}");
        return "HTTP/1.1 " + (body.contains("sync") ? "200 OK" : "404 Not Found") + "\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
    }

    @Test
    void aServerIsAHost() throws Exception {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("server", "unix:" + directory.resolve("socket"));
        configuration.update(properties);

        while (datacenter.inventory().hosts().stream().noneMatch(host -> host.id().equals(HOST))) {
            TimeUnit.MILLISECONDS.sleep(20); // the engine asks it when it has come
        }

        assertThat(datacenter.inventory().hosts()).filteredOn(host -> host.id().equals(HOST)).allSatisfy(host -> {
            assertThat(host.technology()).isEqualTo("incus");
            assertThat(host.capacity().cpus()).isEqualTo(16);
        });
    }
}
