package org.kumiki.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;

import com.fasterxml.jackson.databind.ObjectMapper;

/** What is read out of QEMU's answers, and said in its words. */
class TalkWithQemuTest {

    private static final Forward SSH = new Forward("tcp", "127.80.16.0", 22, 22);
    private static final Forward WEB = new Forward("tcp", "127.80.16.0", 20080, 80);
    private static final Forward DNS = new Forward("udp", "127.80.16.0", 53, 53);
    private static final NetworkLink.User LINK = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(), false,
            Path.of("/metadata"));

    @Test
    void readsTheForwardsAmongTheConnections() {
        String answer = """
                Hub -1 (net):\r
                  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r
                  TCP[CLOSE_WAIT]    -1     172.31.16.0 52958 169.254.169.254    80     0     0\r
                  TCP[ESTABLISHED]   20     127.80.16.0    22     172.31.16.0    22     0     0\r
                  TCP[HOST_FORWARD]  13     127.80.16.0 20080     172.31.16.0    80     0     0\r
                  TCP[HOST_FORWARD]  12     127.80.16.0    22     172.31.16.0    22     0     0\r
                  UDP[HOST_FORWARD]  14     127.80.16.0    53     172.31.16.0    53     0     0\r
                """;

        assertThat(Usernet.forwards(answer)).containsExactly(WEB, SSH, DNS);
        assertThat(Usernet.forwards("unknown command: 'info usernet'")).isEmpty();
    }

    @Test
    void changesOnlyTheForwardsThatDiffer() {
        assertThat(Forwards.changes(LINK, List.of(SSH, DNS), List.of(SSH, WEB))).containsExactly("hostfwd_remove net udp:127.80.16.0:53",
                "hostfwd_add net tcp:127.80.16.0:20080-172.31.16.0:80");
        assertThat(Forwards.changes(LINK, List.of(SSH), List.of(SSH))).isEmpty();
    }

    @Test
    void movesAForwardToAnotherAddress() {
        Forward elastic = new Forward("tcp", "127.81.0.1", 22, 22);

        assertThat(Forwards.changes(LINK, List.of(SSH), List.of(elastic))).containsExactly("hostfwd_remove net tcp:127.80.16.0:22",
                "hostfwd_add net tcp:127.81.0.1:22-172.31.16.0:22");
    }

    @Test
    void findsTheFirstSlotWithNothingInIt() throws IOException {
        ObjectMapper json = new ObjectMapper();
        String bridge = "{\"qdev_id\":\"%s\",\"pci_bridge\":{\"devices\":[%s]}}";
        String buses = "[{\"bus\":0,\"devices\":[{\"qdev_id\":\"nic\"},%s,%s]}]";
        String disk = "{\"qdev_id\":\"vol-1\"}";

        assertThat(Slots.free(json.readTree(buses.formatted(bridge.formatted("slot1", disk), bridge.formatted("slot2", ""))))).contains("slot2");
        assertThat(Slots.free(json.readTree(buses.formatted(bridge.formatted("slot1", disk), bridge.formatted("slot2", disk))))).isEmpty();
        assertThat(Slots.free(json.readTree("{}"))).isEmpty();
    }

    @Test
    void readsAVersion() {
        assertThat(QemuVersion.announced("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)\nCopyright (c)"))
                .contains(new QemuVersion(7, 2, 22));
        assertThat(QemuVersion.announced("bash: no such thing")).isEqualTo(Optional.empty());
        assertThat(new QemuVersion(9, 10, 0).atLeast(9, 2)).isTrue();
        assertThat(new QemuVersion(8, 9, 9).atLeast(9, 2)).isFalse();
    }
}
