package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README, as they stand there. */
@ExtendWith(Platforms.class)
class ReadmeTest {

    private static final Pattern FIRST_MACHINE = Pattern.compile("## Your first machine\n.*?```sh\n(.*?)```", Pattern.DOTALL);

    /** Does what the README says of older command lines, which know no AWS_ENDPOINT_URL. */
    private static final String AWS = """
            #!/bin/sh
            exec /usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
            """;

    /** A person who logs in as soon as it goes, trusts the machine that he has just made, and says one thing there. */
    private static final String SSH = """
            #!/bin/sh
            tries=0
            alias ssh='/usr/bin/ssh -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=known -o ConnectTimeout=5'
            until ssh "$@" 'echo logged in as $(id -un)'; do
                tries=$((tries + 1))
                [ $tries -lt 60 ] || exit 1
                sleep 1
            done
            """;

    @Test
    void theReadmesCommandsMakeAFirstMachineAndLogInToIt(Platform platform, @TempDir Path directory) throws IOException {
        Matcher block = FIRST_MACHINE.matcher(Files.readString(Path.of("../../README.md")));
        assertThat(block.find()).as("the README tells how to make a first machine").isTrue();
        Path programs = Files.createDirectory(directory.resolve("programs"));
        assertThat(Files.writeString(programs.resolve("aws"), AWS).toFile().setExecutable(true)).isTrue();
        assertThat(Files.writeString(programs.resolve("ssh"), SSH).toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(directory.resolve("kumiki"), Platform.home().resolve("bin/kumiki"));
        Path script = Files.writeString(directory.resolve("readme.sh"), "set -eu\nPATH=" + programs + ":$PATH\n" + block.group(1));

        String output = Program.of("sh", script.toString()).in(directory).with(Map.of("KUMIKI_DATA", platform.data().toString()))
                .within(Duration.ofMinutes(5)).run().text();

        assertThat(output).contains("logged in as root").contains("shutting-down");
        platform.ec2("delete-key-pair", "--key-name", "me");
        platform.ec2("revoke-security-group-ingress", "--group-name", "default", "--protocol", "tcp", "--port", "22", "--cidr",
                "127.0.0.0/8");
    }
}
