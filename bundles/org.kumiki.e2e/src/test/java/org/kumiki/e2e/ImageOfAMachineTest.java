package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine becomes an image while it runs, and outlives the image that it came from. On a platform of its own, whose image it takes away. */
class ImageOfAMachineTest {

    @TempDir
    Path directory;

    @Test
    void aMachineBecomesAnImageAndOutlivesItsOwn() {
        try (Platform platform = Real.start()) {
            String guest = Real.imageId(platform);
            platform.ec2("wait", "image-available", "--image-ids", guest);
            Login login = Login.with(directory, platform.ec2("create-key-pair", "--key-name", "first", "--query", "KeyMaterial"));
            platform.ec2("authorize-security-group-ingress", "--group-name", "default", "--protocol", "tcp", "--port", "22", "--cidr", "127.0.0.0/8");
            String first = launch(platform, guest);
            String boot = login.await(address(platform, first), "echo of the first > /root/mark && sync && cat /proc/sys/kernel/random/boot_id");

            String copy = image(platform, first, "while-it-runs", "--no-reboot");
            assertThat(login.run(address(platform, first), "cat /proc/sys/kernel/random/boot_id")).as("it did not notice").isEqualTo(boot);
            login.run(address(platform, first), "echo changed later > /root/mark && sync");
            String second = launch(platform, copy);
            assertThat(login.await(address(platform, second), "cat /root/mark")).isEqualTo("of the first");

            image(platform, first, "rebooted", "--reboot");
            Await.some("another boot", Duration.ofSeconds(120), () -> Optional.of(login.await(address(platform, first),
                    "cat /proc/sys/kernel/random/boot_id")).filter(now -> !now.equals(boot)));

            platform.ec2("deregister-image", "--image-id", guest);
            platform.ec2("stop-instances", "--instance-ids", first);
            platform.ec2("wait", "instance-stopped", "--instance-ids", first);
            platform.ec2("start-instances", "--instance-ids", first);
            platform.ec2("wait", "instance-running", "--instance-ids", first);
            assertThat(login.await(address(platform, first), "cat /root/mark")).isEqualTo("changed later");
            platform.terminateAll();
        }
    }

    private static String launch(Platform platform, String image) {
        String id = platform.ec2("run-instances", "--image-id", image, "--instance-type", "t2.nano", "--key-name", "first", "--query",
                "Instances[0].InstanceId");
        platform.ec2("wait", "instance-running", "--instance-ids", id);
        return id;
    }

    private static String image(Platform platform, String instance, String name, String reboot) {
        String id = platform.ec2("create-image", "--instance-id", instance, "--name", name, reboot, "--query", "ImageId");
        platform.ec2("wait", "image-available", "--image-ids", id);
        return id;
    }

    private static String address(Platform platform, String instance) {
        return platform.ec2("describe-instances", "--instance-ids", instance, "--query", "Reservations[0].Instances[0].PublicIpAddress");
    }
}
