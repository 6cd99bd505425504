package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that was asked to boot from its network does, and is like any other then. */
class NetworkBootTest {

    private Platform platform;
    private String machine;

    @BeforeEach
    void launch() {
        platform = Real.start();
    }

    @AfterEach
    void terminate() {
        platform.ec2("terminate-instances", "--instance-ids", machine);
        platform.ec2("wait", "instance-terminated", "--instance-ids", machine);
        platform.close();
    }

    @Test
    void bootsTheKernelThatItsNetworkOffersAndIsLikeAnyOther(@TempDir Path directory) {
        Login login = Login.with(directory, platform.ec2("create-key-pair", "--key-name", "me", "--query", "KeyMaterial"));
        platform.ec2("authorize-security-group-ingress", "--group-name", "default", "--protocol", "tcp", "--port", "22", "--cidr", "127.0.0.0/8");
        machine = platform.ec2("run-instances", "--image-id", Real.imageId(platform), "--instance-type", "t2.nano", "--key-name", "me",
                "--tag-specifications", "ResourceType=instance,Tags=[{Key=kumiki:hardware,Value=boot=network}]", "--query", "Instances[0].InstanceId");
        platform.ec2("wait", "instance-running", "--instance-ids", machine);
        String address = platform.ec2("describe-instances", "--instance-ids", machine, "--query", "Reservations[0].Instances[0].PublicIpAddress");

        assertThat(login.await(address, "cat /proc/cmdline")).as("as iPXE hands it over").contains("initrd=initrd");
        assertThat(login.await(address, "echo kept > /root/note && mount | grep -c ' / '")).isNotEqualTo("0");
        assertThat(platform.shell("kumiki:instance " + machine)).contains("network=virtio disk=virtio boot=network", "accelerator=");
    }
}
