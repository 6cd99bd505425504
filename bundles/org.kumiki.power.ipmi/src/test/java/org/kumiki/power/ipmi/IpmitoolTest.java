package org.kumiki.power.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.power.PowerException;
import org.kumiki.api.power.PowerException.Reason;
import org.kumiki.node.contract.PlainNode;

/** What is read out of the words of a program, whatever they are: here it is a script. */
class IpmitoolTest {

    @TempDir
    Path temp;

    private Ipmitool says(String script, Duration patience) throws IOException {
        Path program = Files.writeString(temp.resolve("program"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Path password = Files.writeString(temp.resolve("password"), "secret");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        return new Ipmitool(new PlainNode("here", Path.of("/nowhere")), program.toString(), new Controller("127.0.0.1", 623, "kumiki", password, OptionalInt.empty()), patience);
    }

    @Test
    void readsOneLineOutOfComplaints() throws Exception {
        assertThat(says("echo Unable to Get Channel Cipher Suites; echo Chassis Power is on", Duration.ofSeconds(20)).isOn()).isTrue();
        assertThat(says("echo Chassis Power is off", Duration.ofSeconds(20)).isOn()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "echo on", "echo Chassis Power is", "echo Chassis Power is unknown", "echo chassis power is on",
            "echo Chassis Power is on; echo Chassis Power is off", "echo Chassis Power is on; exit 1", "exec head -c 100000 /dev/urandom",
            "echo Chassis Power is on >&2; kill -KILL $$" })
    void takesNothingElseForAReading(String script) throws IOException {
        Ipmitool tool = says(script, Duration.ofSeconds(5));

        assertThatThrownBy(tool::isOn).isInstanceOfSatisfying(PowerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
    }

    @Test
    void killsAProgramThatHangs() throws IOException {
        Ipmitool tool = says("echo $$ >" + temp.resolve("pid") + "; exec sleep 1000", Duration.ofSeconds(3));

        assertThatThrownBy(tool::isOn).isInstanceOf(PowerException.class).hasMessageContaining("PT3S");

        ProcessHandle.of(Long.parseLong(Files.readString(temp.resolve("pid")).strip())).ifPresent(process -> process.onExit().join());
    }
}
