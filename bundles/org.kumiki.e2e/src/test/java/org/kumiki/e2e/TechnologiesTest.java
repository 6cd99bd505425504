package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.kumiki.browser.Browser;

/**
 * One guest of each technology that a machine runs by itself, launched by the same command, side by side on one page. Servers and hosts that tests have to
 * make first (vSphere, LXD, Xen, libvirt) are tested where their drivers are. That takes root.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TechnologiesTest {

    private static final Duration TO_BE_SEEN = Duration.ofSeconds(60);
    private static final List<String> TECHNOLOGIES = List.of("qemu", "lxc", "uml");

    private final Map<String, String> guests = new TreeMap<>();
    private Platform platform;

    @BeforeAll
    void launch() {
        platform = Real.start();
        platform.load("name = \"containers\"\ndirectory = \"containers\"\ntechnology = \"lxc\"\n", "org.kumiki.node.directory-containers.cfg");
        platform.load("name = \"linux\"\ndirectory = \"linux\"\ntechnology = \"uml\"\n", "org.kumiki.node.directory-linux.cfg");
        Await.until("a host of each", TO_BE_SEEN, () -> TECHNOLOGIES.stream().allMatch(this::hasHost));
        for (String technology : TECHNOLOGIES) {
            guests.put(technology, platform.ec2("run-instances", "--image-id", Real.imageId(platform), "--instance-type", "t2.nano", "--tag-specifications",
                    "ResourceType=instance,Tags=[{Key=Name,Value=on-" + technology + "},{Key=kumiki:label:technology,Value=" + technology + "}]",
                    "--query", "Instances[0].InstanceId"));
        }
        ec2("wait", "instance-running");
    }

    private boolean hasHost(String technology) {
        return platform.shell("kumiki:hosts").lines().anyMatch(line -> Arrays.asList(line.split("\\s+")).contains(technology));
    }

    private String ec2(String... words) {
        return platform.ec2(Stream.of(Arrays.stream(words), Stream.of("--instance-ids"), guests.values().stream()).flatMap(each -> each).toArray(String[]::new));
    }

    @AfterAll
    void terminate() {
        ec2("terminate-instances");
        ec2("wait", "instance-terminated");
        platform.close();
    }

    @Test
    void theSameCommandsWorkOnAll() {
        for (String technology : TECHNOLOGIES) {
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
                browser.await("$$('#technologies .chip').some(chip => chip.querySelector('b').textContent === arguments[0]"
                        + " && chip.textContent.includes('1 guest'))", technology);
            }
            browser.run("$('#technologies').scrollIntoView()");
            Files.write(Files.createDirectories(Path.of("target")).resolve("technologies.png"), browser.screenshot());
            assertThat(browser.text("$('#instances').innerText")).contains(guests.keySet().stream().map(technology -> "on-" + technology).toList());
        }
    }
}
