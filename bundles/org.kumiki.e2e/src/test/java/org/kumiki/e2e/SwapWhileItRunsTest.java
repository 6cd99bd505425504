package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.ec2.Ec2Client;

/** Parts are replaced while clients keep launching: no request fails, and no instance is lost or made twice. */
@ExtendWith(Platforms.class)
class SwapWhileItRunsTest {

    private static final int SWAPS = Integer.getInteger("kumiki.e2e.swaps", 100);
    private static final Duration TO_FOLLOW = Duration.ofSeconds(90);
    private static final String GOOD = "return GreedyPlacement.place(view.hosts(), request, (hosts, row, each, guests) -> row, \"first\");";
    private static final String BAD = "throw new IllegalStateException(\"sabotage\");";

    private final Platform platform;
    @TempDir
    private Path directory;
    private Ec2Client client;
    private Load load;

    SwapWhileItRunsTest(@OnPaper Platform platform) {
        this.platform = platform;
    }

    @BeforeEach
    void beginToLaunch() {
        client = platform.client();
        load = new Load(client, 3);
        load.more(20);
    }

    @AfterEach
    void terminateAll() {
        load.close();
        platform.terminateAll();
        Await.until("no guest", TO_FOLLOW, () -> Paper.guests(platform).isEmpty());
        client.close();
    }

    @Test
    void schedulersComeChangeAndGoAHundredTimes() {
        Path first = Platform.extra("org.kumiki.scheduler.spread");
        Path second = BundleJar.withVersion(first, "1.0.1", directory);
        for (int swap = 0; swap < SWAPS; swap++) {
            switch (swap % 3) {
                case 0 -> {
                    platform.load(first, "spread.jar");
                    awaitScheduler("spread", "1.0.0");
                }
                case 1 -> {
                    platform.load(second, "spread.jar");
                    awaitScheduler("spread", "1.0.1");
                }
                default -> {
                    platform.unload("spread.jar");
                    awaitScheduler("bestfit", "1.0.0");
                }
            }
            load.more(10);
        }
        if (SWAPS % 3 != 0) {
            platform.unload("spread.jar");
            awaitScheduler("bestfit", "1.0.0");
        }
        nothingWasLostOrDoubled();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "fails          | " + BAD, "overflows      | throw new StackOverflowError();",
            "answersnothing | return null;", "hangs          | java.util.concurrent.locks.LockSupport.park(); return null;",
            "spins          | for (long end = System.nanoTime() + 9_999_999_999L; System.nanoTime() < end;) { } return null;",
            "overfills      | return new Placement(java.util.Collections.nCopies(99_999, view.hosts().id(0)), \"full\", List.of());",
            "invents        | return new Placement(List.of(new org.kumiki.api.model.HostId(\"nowhere\")), \"mine\", List.of());" })
    void aSabotagedSchedulerIsQuarantinedAndTheOneBeforeItDecides(String name, String body) {
        platform.load(BundleJar.scheduler(name, "1.0.0", body, directory), name + ".jar");

        Await.until(name + " in quarantine", TO_FOLLOW, () -> plugIn(name).map(line -> line.contains("quarantined")).orElse(false));
        load.more(50);
        assertThat(plugIn("bestfit").orElseThrow()).contains("active");
        platform.unload(name + ".jar");
        Await.until(name + " to be gone", TO_FOLLOW, () -> plugIn(name).isEmpty());
        nothingWasLostOrDoubled();
    }

    @Test
    void anUpdateThatFailsIsRolledBackToTheVersionThatWorked() {
        platform.load(BundleJar.scheduler("vendors", "1.0.0", GOOD, directory), "vendors.jar");
        awaitScheduler("vendors", "1.0.0");
        load.more(100);

        platform.load(BundleJar.scheduler("vendors", "2.0.0", BAD, directory), "vendors.jar");
        Await.until("the bad version in quarantine", TO_FOLLOW,
                () -> Platform.text(platform.log().resolve("kumiki.log")).contains("vendor.vendors 2.0.0 is quarantined"));
        awaitScheduler("vendors", "1.0.0");
        load.more(50);

        awaitScheduler("vendors", "1.0.0");
        platform.unload("vendors.jar");
        awaitScheduler("bestfit", "1.0.0");
        nothingWasLostOrDoubled();
    }

    @Test
    void requestsWaitWhileTheCloudServiceItselfIsReplaced() {
        for (int swap = 0; swap < 5; swap++) {
            platform.shell("update " + bundleId("org.kumiki.aws.ec2"));
            load.more(30);
        }
        nothingWasLostOrDoubled();
    }

    @Test
    void launchesGoOnWhileTheDriverOfTheirHostsIsReplaced() {
        for (int swap = 0; swap < 5; swap++) {
            platform.shell("update " + bundleId("org.kumiki.hypervisor.simulated"));
            load.more(30);
        }
        nothingWasLostOrDoubled();
    }

    private void nothingWasLostOrDoubled() {
        load.close();
        assertThat(load.failures()).isEmpty();
        assertThat(load.launched).isNotEmpty();
        Set<String> all = new HashSet<>();
        for (Map.Entry<String, List<String>> launch : load.launched.entrySet()) {
            assertThat(launch.getValue()).as("launched by the token %s", launch.getKey()).isNotEmpty().allMatch(all::add);
        }
        // What was asked to go may still be on its way out.
        Await.until("the instances that were promised, running, and no others", TO_FOLLOW, () -> {
            Map<String, String> described = Paper.described(client);
            return described.keySet().equals(load.promised()) && Set.copyOf(described.values()).equals(Set.of("running"));
        });
        Await.until("the same guests on the hosts", TO_FOLLOW, () -> Paper.guests(platform).equals(load.promised()));
    }

    private void awaitScheduler(String name, String version) {
        Await.until("that " + name + " " + version + " decides", TO_FOLLOW,
                () -> plugIn(name).map(line -> line.contains("active") && line.contains(version)).orElse(false));
    }

    private Optional<String> plugIn(String name) {
        return platform.shell("plugins").lines().filter(line -> List.of(line.strip().split("\\s+")).contains(name)).findFirst();
    }

    private String bundleId(String symbolicName) {
        return platform.shell("lb -s").lines().map(line -> line.split("[|]"))
                .filter(cells -> cells.length > 3 && cells[3].startsWith(symbolicName + " ")).findFirst().orElseThrow()[0].strip();
    }
}
