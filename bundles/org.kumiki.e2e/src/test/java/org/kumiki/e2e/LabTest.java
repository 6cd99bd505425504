package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts by SSH, made of this one machine, come into a running platform, take a guest, and go again without a trace. */
class LabTest {

    private static final Duration TO_APPEAR = Duration.ofSeconds(120);
    private static final Duration TO_BOOT = Duration.ofMinutes(8);
    private static final Pattern INSTANCE = Pattern.compile("i-[0-9a-f]{17}");

    private Platform platform;
    private String before;

    @BeforeEach
    void start() {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "network namespaces take root");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/sbin/sshd")), "no sshd here (Debian, Ubuntu: openssh-server)");
        before = machine();
        platform = Real.start();
    }

    @AfterEach
    void close() {
        if (platform != null) {
            lab("down");
            platform.close();
        }
    }

    @Test
    void aLabOfTwoHostsTakesAGuestAndLeavesNoTrace() throws Exception {
        assertThat(lab("2")).contains("lab-1", "lab-2");
        assertThat(lab("2")).contains("lab-1", "lab-2").doesNotContain("does not serve");
        Await.until("two more hosts", TO_APPEAR, () -> hosts().keySet().containsAll(List.of("lab-1", "lab-2")));
        assertThat(hosts()).hasSize(3);

        String instance = launched(platform.shell("kumiki:launch --host lab-2 " + Platform.IMAGE));
        Await.until("a running guest", TO_BOOT, () -> state(instance).equals("running"));
        Await.until("a guest that knows its name", TO_BOOT, () -> platform.shell("kumiki:console " + instance).contains("kumiki guest ip-172-31-"));

        Path directory = platform.data().resolve("lab/lab-2/node/qemu").resolve(instance);
        assertThat(directory).isDirectory();
        long guest = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
        assertThat(Files.readSymbolicLink(Path.of("/proc", Long.toString(guest), "ns/net")))
                .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        platform.kill(); // the guest does not notice
        platform.start();
        Await.until("the guest, still running", TO_APPEAR, () -> hosts().keySet().contains("lab-2") && state(instance).equals("running"));
        assertThat(ProcessHandle.of(guest)).get().matches(ProcessHandle::isAlive);
        platform.terminateAll();

        lab("down");
        Await.until("one host", TO_APPEAR, () -> hosts().values().stream().filter("up"::equals).count() == 1);
        assertThat(machine()).isEqualTo(before);
        assertThat(platform.data().resolve("lab")).doesNotExist();
        assertThat(platform.processes()).noneMatch(process -> Platform.commandLine(process).contains("sshd"));
    }

    private String lab(String argument) {
        return platform.kumiki("lab", argument).within(Duration.ofSeconds(60)).run().text();
    }

    /** The state of each host. */
    private Map<String, String> hosts() {
        return platform.shell("kumiki:hosts").lines().skip(1).map(line -> line.strip().split("\\s+")).filter(words -> words.length > 1)
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }

    private static String launched(String said) {
        Matcher matcher = INSTANCE.matcher(said);
        return Optional.of(matcher).filter(Matcher::find).map(Matcher::group).orElseThrow(() -> new AssertionError(said));
    }

    private String state(String instance) {
        return platform.ec2("describe-instances", "--instance-ids", instance, "--query", "Reservations[0].Instances[0].State.Name");
    }

    /** The links and namespaces of this machine. */
    private static String machine() {
        return Stream.of(List.of("ip", "-br", "link"), List.of("ip", "netns")).map(command -> Program.of(command.toArray(String[]::new)).run().text())
                .flatMap(String::lines).filter(line -> line.startsWith("kumiki")).toList().toString();
    }
}
