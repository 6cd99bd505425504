package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.ec2.Ec2Client;

/** Terraform, where it and its provider for AWS are installed: it is the strictest reader of what it has made. */
@ExtendWith(Platforms.class)
class TerraformTest {

    /** Where distributions of Terraform and its users keep providers; the environment may name another place. */
    private static final Stream<String> PLACES = Stream.of(System.getenv("TF_PLUGIN_CACHE_DIR"),
            System.getProperty("user.home") + "/.terraform.d/plugins", "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins",
            "/opt/tf-plugins");
    private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example";

    private final Platform platform;
    @TempDir
    private Path directory;

    TerraformTest(@OnPaper Platform platform) {
        this.platform = platform;
    }

    @Test
    void appliesASmallConfigurationFindsNoDriftAndDestroysIt() throws IOException {
        assumeTrue(Program.isInstalled("terraform"), "Terraform is not installed");
        Files.copy(ClientsTest.resource("main.tf"), directory.resolve("main.tf"));
        assumeTrue(initialized(), "Terraform has no provider for AWS here, and cannot fetch it");

        assertThat(terraform("apply", "-auto-approve").text()).contains("Apply complete! Resources: 8 added");
        assertThat(terraform("plan", "-detailed-exitcode")).as("2 would be a drift").extracting(Program.Ended::exitCode).isEqualTo(0);
        assertThat(terraform("destroy", "-auto-approve").text()).contains("Destroy complete! Resources: 8 destroyed");
        try (Ec2Client client = platform.client()) {
            Await.until("nothing left", Duration.ofSeconds(60), () -> Paper.described(client).isEmpty());
        }
    }

    private boolean initialized() {
        Optional<String> place = PLACES.filter(Objects::nonNull)
                .filter(path -> Files.isDirectory(Path.of(path, "registry.terraform.io/hashicorp/aws"))).findFirst();
        return place.map(path -> terraform("init", "-plugin-dir=" + path)).orElseGet(() -> terraform("init")).exitCode() == 0;
    }

    private Program.Ended terraform(String verb, String... options) {
        Map<String, String> environment = new HashMap<>(platform.environment());
        try (Ec2Client client = platform.client()) {
            environment.putAll(Map.of("TF_VAR_endpoint", platform.endpoint().toString(), "TF_VAR_image", Paper.imageId(client),
                    "TF_VAR_public_key", KEY, "CHECKPOINT_DISABLE", "1"));
        }
        return Program.of("terraform", verb, "-no-color", "-input=false").and(options).in(directory).with(environment)
                .within(Duration.ofMinutes(4)).run();
    }
}
