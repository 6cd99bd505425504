package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A first machine, by the AWS command line alone; one machine goes through all of it, because each step is a day in its life. */
@ExtendWith(Platforms.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirstMachineTest {

    /** The guest's own HTTP client cannot PUT; this one can: {@code ask METHOD PATH HEADER}. */
    private static final String ASK = """
            ask() {
                exec 3<>/dev/tcp/169.254.169.254/80
                printf '%%s /latest/%%s HTTP/1.1\\r\\nHost: metadata\\r\\n%%s\\r\\n\\r\\n' "$@" >&3
                while read -r line <&3 && line=${line%%$'\\r'} && [ -n "$line" ]; do
                    case $line in Content-Length:*) length=${line#*: } ;; esac
                done
                head -c "$length" <&3
                exec 3>&-
            }
            """;

    private final Platform platform;
    private Login login;
    private String instance;
    private String address;

    FirstMachineTest(Platform platform) {
        this.platform = platform;
    }

    @BeforeAll
    void launch(@TempDir Path directory) {
        login = Login.with(directory, platform.ec2("create-key-pair", "--key-name", "first", "--query", "KeyMaterial"));
        port("authorize", 22);
        instance = platform.ec2("run-instances", "--image-id", Real.imageId(platform), "--instance-type", "t2.nano", "--key-name", "first",
                "--user-data", "#!/bin/sh\necho user data was here > /root/seen\n", "--query", "Instances[0].InstanceId");
        platform.ec2("wait", "instance-running", "--instance-ids", instance);
        address = describe("PublicIpAddress");
    }

    @AfterAll
    void terminate() {
        platform.ec2("terminate-instances", "--instance-ids", instance);
        platform.ec2("wait", "instance-terminated", "--instance-ids", instance);
        platform.ec2("delete-key-pair", "--key-name", "first");
        port("revoke", 22);
    }

    @Test
    @Order(1)
    void letsItsOwnerLogInWithTheGeneratedKey() {
        assertThat(login.await(address, "hostname; id -un")).isEqualTo(describe("PrivateDnsName") + "\nroot");
    }

    @Test
    @Order(2)
    void showsItsConsoleWithTheFingerprintOfTheHostKeyThatItServes() throws IOException {
        String console = platform.ec2("get-console-output", "--instance-id", instance, "--latest", "--query", "Output");
        String known = Program.of("ssh-keygen", "-l", "-f", login.key() + ".hosts").run().text();

        assertThat(console).contains("SSH HOST KEY FINGERPRINTS").contains(known.split(" ")[1]);
        assertThat(Files.readString(Path.of(login.key() + ".hosts"))).startsWith(address);
    }

    @Test
    @Order(3)
    void learnsAboutItselfFromTheMetadataService() {
        String get = ASK + """
                token=$(ask PUT api/token 'X-aws-ec2-metadata-token-ttl-seconds: 60')
                ask GET %s "X-aws-ec2-metadata-token: $token"
                """;

        assertThat(login.run(address, get.formatted("meta-data/instance-id"))).isEqualTo(instance);
        assertThat(login.run(address, get.formatted("meta-data/public-ipv4"))).isEqualTo(address);
        assertThat(login.run(address, get.formatted("user-data"))).isEqualTo("#!/bin/sh\necho user data was here > /root/seen");
        assertThat(login.run(address, "cat /root/seen")).isEqualTo("user data was here");
    }

    @Test
    @Order(4)
    void neverNoticesThatTheControlPlaneWasKilled() {
        String boot = login.run(address, "cat /proc/sys/kernel/random/boot_id");

        platform.kill();
        assertThat(login.run(address, "cat /proc/sys/kernel/random/boot_id")).as("while nobody manages it").isEqualTo(boot);
        platform.start();

        assertThat(describe("State.Name")).isEqualTo("running");
        assertThat(describe("PublicIpAddress")).isEqualTo(address);
        assertThat(login.run(address, "cat /proc/sys/kernel/random/boot_id")).isEqualTo(boot);
    }

    @Test
    @Order(5)
    void keepsItsRootDiskOverARebootAndAStop() {
        String boot = login.run(address, "echo kept > /root/kept && sync && cat /proc/sys/kernel/random/boot_id");

        platform.ec2("reboot-instances", "--instance-ids", instance);
        String rebooted = awaitAnotherBoot(boot);
        assertThat(login.run(address, "cat /root/kept")).isEqualTo("kept");

        platform.ec2("stop-instances", "--instance-ids", instance);
        platform.ec2("wait", "instance-stopped", "--instance-ids", instance);
        assertThat(platform.processes()).extracting(ProcessHandle::pid).as("only the control plane").containsExactly(platform.pid());
        platform.ec2("start-instances", "--instance-ids", instance);
        platform.ec2("wait", "instance-running", "--instance-ids", instance);
        address = describe("PublicIpAddress");
        awaitAnotherBoot(rebooted);
        assertThat(login.run(address, "cat /root/kept")).isEqualTo("kept");
    }

    @Test
    @Order(6)
    void gainsAndLosesAVolumeWhileItRuns() {
        String volume = platform.ec2("create-volume", "--size", "1", "--availability-zone", "us-east-1a", "--query", "VolumeId");
        platform.ec2("wait", "volume-available", "--volume-ids", volume);
        platform.ec2("attach-volume", "--volume-id", volume, "--instance-id", instance, "--device", "/dev/sdf");
        platform.ec2("wait", "volume-in-use", "--volume-ids", volume);
        Await.until("a second disk of 1 GiB in the guest", Duration.ofSeconds(60),
                () -> login.run(address, "cat /sys/block/vdb/size 2>/dev/null || true").equals("2097152"));
        login.run(address, "echo on the volume | dd of=/dev/vdb bs=512 conv=sync,fsync 2>/dev/null");

        platform.ec2("detach-volume", "--volume-id", volume);
        platform.ec2("wait", "volume-available", "--volume-ids", volume);
        assertThat(login.run(address, "ls /sys/block")).doesNotContain("vdb");
        platform.ec2("attach-volume", "--volume-id", volume, "--instance-id", instance, "--device", "/dev/sdf");
        Await.until("the disk again, with what was on it", Duration.ofSeconds(60),
                () -> login.run(address, "head -c 13 /dev/vdb 2>/dev/null || true").equals("on the volume"));
        platform.ec2("detach-volume", "--volume-id", volume);
        platform.ec2("wait", "volume-available", "--volume-ids", volume);
        platform.ec2("delete-volume", "--volume-id", volume);
    }

    @Test
    @Order(7)
    void isReachedAtThePortsThatItsSecurityGroupsAllowAndAtNoOther() {
        login.run(address, "(while true; do echo hello | nc -l -p 8080; done) </dev/null >/dev/null 2>&1 &");
        assertThat(Ports.answers(address, 8080)).as("before it is allowed").isFalse();

        port("authorize", 8080);
        Await.until("an open port 8080", Duration.ofSeconds(60), () -> Ports.answers(address, 8080));
        port("revoke", 8080);
        Await.until("a closed port 8080", Duration.ofSeconds(60), () -> !Ports.answers(address, 8080));
        assertThat(login.run(address, "true")).as("and the login still works").isEmpty();
    }

    @Test
    @Order(8)
    void leavesNothingBehindWhenItIsTerminated() {
        String doomed = platform.ec2("run-instances", "--image-id", Real.imageId(platform), "--instance-type", "t2.nano", "--query",
                "Instances[0].InstanceId");
        platform.ec2("wait", "instance-running", "--instance-ids", doomed);
        assertThat(Platform.files(platform.data()).filter(file -> file.toString().contains(doomed))).isNotEmpty();

        platform.ec2("terminate-instances", "--instance-ids", doomed);
        platform.ec2("wait", "instance-terminated", "--instance-ids", doomed);

        assertThat(platform.processes()).noneMatch(process -> Platform.commandLine(process).contains(doomed));
        assertThat(Platform.files(platform.data()).filter(file -> file.toString().contains(doomed))).isEmpty();
    }

    private void port(String verb, int port) {
        platform.ec2(verb + "-security-group-ingress", "--group-name", "default", "--protocol", "tcp", "--port", String.valueOf(port),
                "--cidr", "127.0.0.0/8");
    }

    private String awaitAnotherBoot(String boot) {
        return Await.some("a boot after " + boot, Duration.ofSeconds(120),
                () -> Optional.of(login.await(address, "cat /proc/sys/kernel/random/boot_id")).filter(now -> !now.equals(boot)));
    }

    private String describe(String what) {
        return platform.ec2("describe-instances", "--instance-ids", instance, "--query", "Reservations[0].Instances[0]." + what);
    }
}
