package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.browser.Browser;

/**
 * One guest of each technology that a machine runs by itself, launched by the same command, side by side on one page. Servers and hosts that tests have to
 * make first (vSphere, LXD, Xen, libvirt with QEMU) are tested where their drivers are. That takes root.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TechnologiesTest {

    private static final Duration TO_BE_SEEN = Duration.ofSeconds(60);
    private static final Path LIBVIRTD = Path.of("/usr/sbin/libvirtd");
    private static final Path PRIVATE_LIBVIRTD = Path.of("../org.kumiki.hypervisor.libvirt/src/test/resources/org/kumiki/hypervisor/libvirt/daemon.sh");
    /** A machine of libvirt's test driver with nothing on it; the one that it has by itself is full. */
    private static final String NODE = "<node><cpu><mhz>2000</mhz><model>xen</model><active>4</active><nodes>1</nodes><sockets>1</sockets><cores>4</cores>"
            + "<threads>1</threads></cpu><memory>8388608</memory></node>";
    /** Those that run a system, which writes to its console. */
    private static final List<String> REAL = List.of("qemu", "lxc", "uml");

    private final Map<String, String> guests = new TreeMap<>();
    private Platform platform;
    private Process libvirt;

    @BeforeAll
    void launch(@TempDir Path directory) throws IOException {
        platform = Real.start();
        platform.load("name = \"containers\"\ndirectory = \"containers\"\ntechnology = \"lxc\"\n", "org.kumiki.node.directory-containers.cfg");
        platform.load("name = \"linux\"\ndirectory = \"linux\"\ntechnology = \"uml\"\n", "org.kumiki.node.directory-linux.cfg");
        if (Files.exists(LIBVIRTD)) {
            Path node = Files.writeString(directory.resolve("node.xml"), NODE);
            platform.load("uri = \"test+unix://" + node + "?socket=" + libvirt(directory) + "\"\n", "org.kumiki.hypervisor.libvirt-try.cfg");
        }
        List<String> technologies = Stream.concat(REAL.stream(), Stream.ofNullable(libvirt).map(daemon -> "libvirt-test")).toList();
        Await.until("a host of each", TO_BE_SEEN, () -> technologies.stream().allMatch(this::hasHost));
        for (String technology : technologies) {
            guests.put(technology, platform.ec2("run-instances", "--image-id", Real.imageId(platform), "--instance-type", "t2.nano", "--tag-specifications",
                    "ResourceType=instance,Tags=[{Key=Name,Value=on-" + technology + "},{Key=kumiki:label:technology,Value=" + technology + "}]",
                    "--query", "Instances[0].InstanceId"));
        }
        ec2("wait", "instance-running");
    }

    private boolean hasHost(String technology) {
        return platform.shell("kumiki:hosts").lines().anyMatch(line -> Arrays.asList(line.split("\\s+")).contains(technology));
    }

    /** A daemon that shares nothing with the machine's own; answers its socket. */
    private Path libvirt(Path directory) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        libvirt = new ProcessBuilder("unshare", "-m", "sh", PRIVATE_LIBVIRTD.toRealPath().toString(), directory.toString(), Integer.toString(port))
                .redirectErrorStream(true).redirectOutput(directory.resolve("output").toFile()).start();
        Path socket = directory.resolve("run/libvirt-sock");
        Await.until("a daemon of libvirt", TO_BE_SEEN, () -> Files.exists(socket));
        return socket;
    }

    private String ec2(String... words) {
        return platform.ec2(Stream.of(Arrays.stream(words), Stream.of("--instance-ids"), guests.values().stream()).flatMap(each -> each).toArray(String[]::new));
    }

    @AfterAll
    void terminate() {
        ec2("terminate-instances");
        ec2("wait", "instance-terminated");
        platform.close();
        if (libvirt != null) {
            libvirt.destroy();
        }
    }

    @Test
    void theSameCommandsWorkOnAll() {
        for (String technology : REAL) {
            Await.until("the console of a guest of " + technology, TO_BE_SEEN.multipliedBy(3), () -> platform.ec2("get-console-output", "--instance-id",
                    guests.get(technology), "--latest", "--query", "Output").contains(" ready"));
        }
        assertThat(ec2("describe-instances", "--query", "Reservations[].Instances[].State.Name").split("\\s+")).hasSize(guests.size()).containsOnly("running");
        ec2("stop-instances");
        ec2("wait", "instance-stopped");
        ec2("start-instances");
        ec2("wait", "instance-running");
    }

    @Test
    void onePageShowsThemAllInTheTableOfTechnologies() throws Exception {
        Assumptions.assumeTrue(Browser.present(), "chromium and chromedriver are not installed");
        try (Browser browser = new Browser("en")) {
            browser.resize(1280, 1600);
            browser.open(platform.console());
            browser.await("document.querySelector('[name=kumiki-password]') || true");
            browser.run("document.querySelector('[name=kumiki-password]').value = arguments[0]; document.querySelector('form button').click()",
                    Platform.text(platform.data().resolve("console-password")).strip());
            for (String technology : guests.keySet()) {
                browser.await("[...document.querySelectorAll('#technologies .chip')].some(chip => chip.querySelector('b').textContent === '" + technology
                        + "' && chip.textContent.includes('1'))");
            }
            browser.run("document.querySelector('#technologies').scrollIntoView()");
            Files.write(Files.createDirectories(Path.of("target")).resolve("technologies.png"), browser.screenshot());
            assertThat(browser.text("$('#instances').innerText")).contains(guests.keySet().stream().map(technology -> "on-" + technology).toList());
        }
    }
}
