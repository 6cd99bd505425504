package org.kumiki.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.network.bridge.Ruleset.Connections;

/** What nft is told, compared with what has been read and tried: {@code src/test/resources}. Other tests let it act. */
class RulesetTest {

    private static final GroupId GROUP = new GroupId("sg-00000001");
    private static final Port PORT = new Port(new InstanceId("i-00000000000000001"), "02:4b:4d:1f:10:01", "172.31.16.1",
            new TreeSet<>(Set.of(GROUP)));

    private final Ruleset ruleset = new Ruleset(new Segment("kumiki0", Cidr.parse("172.31.0.0/16"), Optional.of("eth1"), true, false, true,
            Optional.of("02:00:00:00:00:fe")));
    private final Ruleset alone = new Ruleset(new Segment("kumiki0", Cidr.parse("172.31.0.0/16"), Optional.empty(), false, true, false,
            Optional.empty()));

    @Test
    void saysWhatAllGuestsOfAHostShare() throws IOException {
        assertThat(ruleset.base()).isEqualTo(golden("base.nft"));
    }

    @Test
    void saysWhatPassesAPort() throws IOException {
        assertThat(ruleset.open(PORT, List.of(Rules.in("tcp", 22, 22, "10.0.0.0/8"), Rules.in("-1", -1, -1, GROUP),
                Rules.out("-1", -1, -1, Rules.ANYWHERE))))
                .isEqualTo(golden("open.nft"));
    }

    @Test
    void nothingPassesAPortThatIsClosed() throws IOException {
        assertThat(ruleset.closed(PORT)).isEqualTo(golden("closed.nft"));
    }

    @Test
    void aPortGoesWithAllThatBelongsToIt() throws IOException {
        assertThat(ruleset.without(PORT)).isEqualTo(golden("without.nft"));
    }

    @Test
    void leavesOutWhatIsNotWanted() {
        assertThat(alone.base()).doesNotContain("eth1", "masquerade", "input iifname");
        assertThat(alone.base()).contains("forward iifname \"kumiki0\" drop\n");
        assertThat(alone.open(PORT, List.of())).contains("ip daddr 169.254.169.254 tcp dport 80 accept\n").doesNotContain("port 53",
                "ether daddr set", "goto opened");
    }

    @Test
    void everyDirectionEndsByDropping() {
        List<String> lines = ruleset.open(PORT, List.of(Rules.in("-1", -1, -1, Rules.ANYWHERE))).lines().toList();

        for (String chain : List.of("from-", "to-")) {
            List<String> rules = lines.stream().filter(line -> line.startsWith("add rule bridge kumiki-kumiki0 " + chain)).toList();
            assertThat(rules.get(rules.size() - 1)).endsWith(" drop");
        }
    }

    @Test
    void saysWhoIsInAGroup() {
        assertThat(ruleset.members(GROUP, List.of("172.31.16.2", "172.31.16.1"))).isEqualTo("""
                add set bridge kumiki-kumiki0 group-sg-00000001 { type ipv4_addr; }
                flush set bridge kumiki-kumiki0 group-sg-00000001
                add element bridge kumiki-kumiki0 group-sg-00000001 { 172.31.16.1, 172.31.16.2 }
                """);
        assertThat(ruleset.members(GROUP, List.of())).doesNotContain("element");
    }

    @Test
    void connectionsGoToAnotherHostAsFarAsTheyCanBeRead() {
        String listing = """
                table bridge kumiki-kumiki0 {
                \tset flows-x {
                \t\ttype ipv4_addr . inet_proto . inet_service . inet_service
                \t\tsize 65536
                \t\ttimeout 5d
                \t\telements = { 172.31.0.254 . tcp . 45382 . 80 timeout 1m expires 4d23h59m59s236ms,
                \t\t             10.0.0.1 . udp . 53 . 4000 expires 29s, 10.0.0.2 . tcp . 1 . 2 expires 1s; drop } }
                """;

        assertThat(ruleset.connections(PORT, Connections.FLOWS, listing)).isEqualTo("add element bridge kumiki-kumiki0 flows-" + PORT.device()
                + " { 172.31.0.254 . tcp . 45382 . 80 timeout 4d23h59m59s236ms, 10.0.0.1 . udp . 53 . 4000 timeout 29s,"
                + " 10.0.0.2 . tcp . 1 . 2 timeout 1s }\n");
        assertThat(ruleset.connections(PORT, Connections.PEERS, "table bridge x {\n}")).isEmpty();
    }

    private static String golden(String name) throws IOException {
        return Files.readString(Path.of("src/test/resources", name), StandardCharsets.UTF_8);
    }
}
