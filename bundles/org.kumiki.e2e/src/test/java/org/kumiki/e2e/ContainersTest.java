package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A container and a machine side by side, of one image, by the same commands; that takes root. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContainersTest {

    private static final String NODE = "org.kumiki.node.directory-containers.cfg";
    private static final Duration TO_BE_SEEN = Duration.ofSeconds(60);

    private Platform platform;
    private Login login;
    private String container;
    private String machine;

    @BeforeAll
    void launch(@TempDir Path directory) {
        platform = Real.start();
        platform.load("name = \"containers\"\ndirectory = \"containers\"\ntechnology = \"lxc\"\n", NODE);
        Await.until("a host for containers", TO_BE_SEEN, () -> platform.shell("kumiki:hosts").lines().anyMatch(line -> line.startsWith("containers ")));
        login = Login.with(directory, platform.ec2("create-key-pair", "--key-name", "both", "--query", "KeyMaterial"));
        platform.ec2("authorize-security-group-ingress", "--group-name", "default", "--protocol", "tcp", "--port", "22", "--cidr", "127.0.0.0/8");
        machine = launch("kumiki:nothing", "asked");
        container = launch("kumiki:method", "os-level");
        platform.ec2("wait", "instance-running", "--instance-ids", machine, container);
    }

    private String launch(String tag, String value) {
        return platform.ec2("run-instances", "--image-id", Real.imageId(platform), "--instance-type", "t2.nano", "--key-name", "both",
                "--user-data", "#!/bin/sh\necho user data was here > /root/seen\n", "--tag-specifications",
                "ResourceType=instance,Tags=[{Key=" + tag + ",Value=" + value + "}]", "--query", "Instances[0].InstanceId");
    }

    @AfterAll
    void terminate() {
        platform.ec2("terminate-instances", "--instance-ids", machine, container);
        platform.ec2("wait", "instance-terminated", "--instance-ids", machine, container);
        platform.close();
    }

    private String describe(String instance, String what) {
        return platform.ec2("describe-instances", "--instance-ids", instance, "--query", "Reservations[0].Instances[0]." + what);
    }

    private String run(String instance, String command) {
        return login.await(describe(instance, "PublicIpAddress"), command);
    }

    @Test
    @Order(1)
    void onlyWhoAsksForAContainerIsOne() {
        assertThat(platform.shell("kumiki:instances").lines().filter(line -> line.contains(container))).first().asString().contains(" containers");
        assertThat(platform.shell("kumiki:instances").lines().filter(line -> line.contains(machine))).first().asString().doesNotContain(" containers");
        String kernel = Program.of("uname", "-r").run().text();
        assertThat(run(container, "uname -r")).isEqualTo(kernel);
        assertThat(run(machine, "cat /proc/cmdline")).contains("console=ttyS0");
        assertThat(run(container, "cat /proc/1/environ | tr '\\0' '\\n'")).contains("container=lxc");
    }

    @Test
    @Order(2)
    void bothAreTheSameToTheirOwner() {
        for (String instance : new String[] { container, machine }) {
            assertThat(run(instance, "hostname; id -un")).isEqualTo(describe(instance, "PrivateDnsName") + "\nroot");
            Await.until("what the user data does", TO_BE_SEEN, () -> run(instance, "cat /root/seen").equals("user data was here"));
            assertThat(platform.ec2("get-console-output", "--instance-id", instance, "--latest", "--query", "Output"))
                    .contains("SSH HOST KEY FINGERPRINTS", "kumiki guest " + describe(instance, "PrivateDnsName") + " ready");
        }
    }

    @Test
    @Order(3)
    void aContainerDoesNotNoticeThatTheControlPlaneWasKilled() {
        String address = describe(container, "PublicIpAddress");
        String started = login.await(address, "stat -c %Y /proc/1");

        platform.kill();
        assertThat(login.run(address, "stat -c %Y /proc/1")).as("while nobody manages it").isEqualTo(started);
        platform.start();

        Await.until("the container", TO_BE_SEEN, () -> describe(container, "State.Name").equals("running"));
        assertThat(run(container, "stat -c %Y /proc/1")).isEqualTo(started);
    }

    @Test
    @Order(4)
    void aContainerKeepsItsRootDiskOverAStop() {
        run(container, "echo kept > /root/kept");

        platform.ec2("stop-instances", "--instance-ids", container);
        platform.ec2("wait", "instance-stopped", "--instance-ids", container);
        platform.ec2("start-instances", "--instance-ids", container);
        platform.ec2("wait", "instance-running", "--instance-ids", container);

        assertThat(run(container, "cat /root/kept")).isEqualTo("kept");
    }

    @Test
    @Order(5)
    void theShellHasBothInItsTable() {
        assertThat(platform.shell("kumiki:plugins")).contains("lxc", "os-level", "qemu");
    }
}
