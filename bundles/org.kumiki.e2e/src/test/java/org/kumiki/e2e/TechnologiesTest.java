package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.kumiki.browser.Browser;

/**
 * One guest of each technology that this machine runs, launched by the same command, side by side on one page: those that it runs by itself, and those
 * whose {@linkplain Servers servers} are installed. {@code kumiki.test.drivers} asks for all of them. That takes root.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TechnologiesTest {

    private static final Duration TO_BE_SEEN = Duration.ofSeconds(60);
    private static final Path SCRIPT = Path.of("../org.kumiki.hypervisor.exec/src/test/scripts/cloudstack/process.py").toAbsolutePath().normalize();
    private static final String BOOTED = " ready";

    /**
     * @param name  as hosts are labelled
     * @param image by its name
     * @param says  what a guest writes to its console; nothing if there is none
     */
    private record Technology(String name, String image, String says) {

        Technology(String name, String says) {
            this(name, Platform.IMAGE, says);
        }

        String guest() {
            return "on-" + name;
        }
    }

    private final Map<Technology, String> guests = new LinkedHashMap<>();
    private Platform platform;
    private Servers servers;

    @BeforeAll
    void launch() {
        platform = Real.start(Platform.prepareWithoutSpace()); // Xen's scripts mind one
        servers = new Servers(platform);
        List<Technology> technologies = new ArrayList<>(ofThisMachine());
        technologies.addAll(ofServers());
        for (Technology technology : technologies) {
            Await.until("a host of " + technology.name(), TO_BE_SEEN, () -> hasHost(technology));
            Await.until("an image for " + technology.name(), TO_BE_SEEN, () -> !image(technology).equals("None"));
            guests.put(technology, platform.ec2("run-instances", "--image-id", image(technology), "--instance-type", "t2.nano", "--tag-specifications",
                    "ResourceType=instance,Tags=[{Key=Name,Value=" + technology.guest() + "},{Key=kumiki:label:technology,Value=" + technology.name()
                            + "}]", "--query", "Instances[0].InstanceId"));
        }
        awaitRunning();
    }

    private void awaitRunning() {
        try {
            ec2("wait", "instance-running");
        } catch (AssertionError e) {
            throw new AssertionError(ec2("describe-instances", "--query",
                    "Reservations[].Instances[].[Tags[?Key=='Name'] | [0].Value, State.Name, StateReason.Message]"), e);
        }
    }

    private List<Technology> ofThisMachine() {
        platform.load("name = \"containers\"\ndirectory = \"containers\"\ntechnology = \"lxc\"\n", "org.kumiki.node.directory-containers.cfg");
        platform.load("name = \"linux\"\ndirectory = \"linux\"\ntechnology = \"uml\"\n", "org.kumiki.node.directory-linux.cfg");
        platform.load("kind = \"CLOUDSTACK\"\npath = \"" + SCRIPT + "\"\nnodes = [ \"linux\" ]\nmethods = [ \"OS_LEVEL\" ]\n"
                + "features = [ \"STOP_START\", \"GRACEFUL_STOP\", \"CONSOLE_OUTPUT\" ]\nconsoleAction = \"consoleoutput\"\n"
                + "details = [ \"host.directory=" + platform.data().resolve("scripts") + "\" ]\n", "org.kumiki.hypervisor.exec-scripts.cfg");
        platform.load("hosts = I\"1\"\n", "org.kumiki.hypervisor.simulated-paper.cfg");
        return List.of(new Technology("qemu", BOOTED), new Technology("lxc", BOOTED), new Technology("uml", BOOTED), new Technology("scripts", " up"),
                new Technology("simulated", ""));
    }

    private List<Technology> ofServers() {
        List<Technology> technologies = new ArrayList<>();
        if (isThere(servers.libvirt(), "libvirt")) {
            technologies.add(new Technology("libvirt-qemu", BOOTED));
            technologies.add(new Technology("libvirt-test", ""));
        }
        if (isThere(servers.lxd(), "LXD")) {
            technologies.add(new Technology("incus", BOOTED));
        }
        if (isThere(servers.vSphere(), "vSphere")) {
            technologies.add(new Technology("vcenter", "vcenter-small", ""));
        }
        if (isThere(servers.xen(), "Xen")) {
            technologies.add(new Technology("xen", BOOTED));
        }
        return technologies;
    }

    private static boolean isThere(boolean present, String server) {
        assertThat(present || !Boolean.getBoolean("kumiki.test.drivers")).as(server + " is installed").isTrue();
        return present;
    }

    private boolean hasHost(Technology technology) {
        return platform.shell("kumiki:hosts").lines().anyMatch(line -> Arrays.asList(line.split("\\s+")).contains(technology.name()));
    }

    private String image(Technology technology) {
        return platform.ec2("describe-images", "--filters", "Name=name,Values=" + technology.image(), "--query", "Images[0].ImageId");
    }

    private String ec2(String... words) {
        return platform.ec2(Stream.of(Arrays.stream(words), Stream.of("--instance-ids"), guests.values().stream()).flatMap(each -> each)
                .toArray(String[]::new));
    }

    @AfterAll
    void terminate() {
        try {
            ec2("terminate-instances");
            ec2("wait", "instance-terminated");
        } finally {
            platform.close();
            servers.close();
        }
    }

    @Test
    void theSameCommandsWorkOnAll() {
        guests.forEach((technology, guest) -> {
            if (!technology.says().isEmpty()) {
                Await.until("the console of a guest of " + technology.name(), TO_BE_SEEN.multipliedBy(3), () -> platform.ec2("get-console-output",
                        "--instance-id", guest, "--latest", "--query", "Output").contains(technology.says()));
            }
        });
        assertThat(states()).hasSize(guests.size()).containsOnly("running");
        ec2("stop-instances");
        ec2("wait", "instance-stopped");
        ec2("start-instances");
        awaitRunning();
        assertThat(states()).hasSize(guests.size()).containsOnly("running");
    }

    private List<String> states() {
        return List.of(ec2("describe-instances", "--query", "Reservations[].Instances[].State.Name").split("\\s+"));
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
            for (Technology technology : guests.keySet()) {
                browser.await("$$('#technologies .chip').some(chip => chip.querySelector('b').textContent === arguments[0]"
                        + " && chip.textContent.includes('1 guest'))", technology.name());
            }
            browser.run("$('#technologies').scrollIntoView()");
            Files.write(Files.createDirectories(Path.of("target")).resolve("technologies.png"), browser.screenshot());
            assertThat(browser.text("$('#instances').innerText")).contains(guests.keySet().stream().map(Technology::guest).toList());
        }
    }
}
