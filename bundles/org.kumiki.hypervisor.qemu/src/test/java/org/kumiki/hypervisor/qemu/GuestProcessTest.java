package org.kumiki.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;

class GuestProcessTest {

    @Test
    void readsTheTimeOfAProcessWhateverItsName() throws IOException {
        assertThat(GuestProcess.cpuTime("77 (qemu ) S 1) R 1 77 77 0 -1 4194304 9 0 0 0 1234 66 0 0 20 0 5 0 5000 1 2\n")).isEqualTo(Duration.ofSeconds(13));
    }

    @Test
    void readsThatOfOneThatThereIs() throws IOException {
        Duration own = ProcessHandle.current().info().totalCpuDuration().orElseThrow();

        assertThat(GuestProcess.cpuTime(Files.readString(Path.of("/proc/self/stat")))).isBetween(own, own.plusSeconds(60));
    }

    @Test
    void refusesWhatIsNoSuchAccount() {
        assertThatIOException().isThrownBy(() -> GuestProcess.cpuTime("77 (qemu) R 1"));
        assertThatIOException().isThrownBy(() -> GuestProcess.cpuTime(""));
    }
}
