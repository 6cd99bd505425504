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

/** A guest of User-Mode Linux, of the same image and by the same commands as any other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UserModeLinuxTest {

    private static final String NODE = "org.kumiki.node.directory-uml.cfg";
    private static final Duration TO_BE_SEEN = Duration.ofSeconds(60);

    private Platform platform;
    private Login login;
    private String guest;

    @BeforeAll
    void launch(@TempDir Path directory) {
        platform = Real.start();
        platform.load("name = \"uml\"\ndirectory = \"uml\"\ntechnology = \"uml\"\n", NODE);
        Await.until("a host for User-Mode Linux", TO_BE_SEEN, () -> platform.shell("kumiki:hosts").lines().anyMatch(line -> line.startsWith("uml ")));
        login = Login.with(directory, platform.ec2("create-key-pair", "--key-name", "me", "--query", "KeyMaterial"));
        platform.ec2("authorize-security-group-ingress", "--group-name", "default", "--protocol", "tcp", "--port", "22", "--cidr", "127.0.0.0/8");
        guest = platform.ec2("run-instances", "--image-id", Real.imageId(platform), "--instance-type", "t2.nano", "--key-name", "me",
                "--user-data", "#!/bin/sh\necho user data was here > /root/seen\n", "--tag-specifications",
                "ResourceType=instance,Tags=[{Key=kumiki:method,Value=paravirtual}]", "--query", "Instances[0].InstanceId");
        platform.ec2("wait", "instance-running", "--instance-ids", guest);
    }

    @AfterAll
    void terminate() {
        platform.ec2("terminate-instances", "--instance-ids", guest);
        platform.ec2("wait", "instance-terminated", "--instance-ids", guest);
        platform.close();
    }

    private String describe(String what) {
        return platform.ec2("describe-instances", "--instance-ids", guest, "--query", "Reservations[0].Instances[0]." + what);
    }

    private String run(String command) {
        return login.await(describe("PublicIpAddress"), command);
    }

    @Test
    @Order(1)
    void isTheSameToItsOwnerAsAnyMachine() {
        assertThat(run("hostname; id -un")).isEqualTo(describe("PrivateDnsName") + "\nroot");
        assertThat(run("grep -m 1 vendor_id /proc/cpuinfo")).contains("User Mode Linux");
        Await.until("what the user data does", TO_BE_SEEN, () -> run("cat /root/seen").equals("user data was here"));
        assertThat(platform.ec2("get-console-output", "--instance-id", guest, "--latest", "--query", "Output"))
                .contains("SSH HOST KEY FINGERPRINTS", "kumiki guest " + describe("PrivateDnsName") + " ready");
    }

    @Test
    @Order(2)
    void takesAVolumeWhileItRuns() {
        String volume = platform.ec2("create-volume", "--size", "1", "--availability-zone",
                describe("Placement.AvailabilityZone"), "--query", "VolumeId");
        platform.ec2("wait", "volume-available", "--volume-ids", volume);
        platform.ec2("attach-volume", "--volume-id", volume, "--instance-id", guest, "--device", "/dev/sdf");
        platform.ec2("wait", "volume-in-use", "--volume-ids", volume);
        Await.until("the volume", TO_BE_SEEN, () -> run("cat /proc/partitions").contains("ubdb"));

        platform.ec2("detach-volume", "--volume-id", volume);
        platform.ec2("wait", "volume-available", "--volume-ids", volume);

        assertThat(run("cat /proc/partitions")).contains("ubda").doesNotContain("ubdb");
        platform.ec2("delete-volume", "--volume-id", volume);
    }

    @Test
    @Order(3)
    void doesNotNoticeThatTheControlPlaneWasKilledAndKeepsItsDiskOverAStop() {
        String address = describe("PublicIpAddress");
        String booted = run("echo kept > /root/kept; cat /proc/sys/kernel/random/boot_id");

        platform.kill();
        assertThat(login.run(address, "cat /proc/sys/kernel/random/boot_id")).as("while nobody manages it").isEqualTo(booted);
        platform.start();

        Await.until("the guest", TO_BE_SEEN, () -> describe("State.Name").equals("running"));
        assertThat(run("cat /proc/sys/kernel/random/boot_id")).isEqualTo(booted);
        platform.ec2("stop-instances", "--instance-ids", guest);
        platform.ec2("wait", "instance-stopped", "--instance-ids", guest);
        platform.ec2("start-instances", "--instance-ids", guest);
        platform.ec2("wait", "instance-running", "--instance-ids", guest);
        assertThat(run("cat /root/kept")).isEqualTo("kept");
    }
}
