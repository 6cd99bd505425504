package org.kumiki.image.p2v;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.kumiki.api.node.Node;
import org.kumiki.node.contract.PlainNode;

/** What LVM is asked for, and how its answers are taken; they are written down as LVM 2.03 gives them. */
class SnapshotTest {

    private final List<String> asked = new ArrayList<>();
    private final Map<String, Node.Finished> answers = new HashMap<>(Map.of("lvs", ok("  vg0/root\n"), "lvremove", ok(""), "lvcreate", ok("")));
    private final Node node = new PlainNode("rack-1", Path.of("/tmp")) {

        @Override
        public Finished run(List<String> command, Duration deadline) {
            asked.add(String.join(" ", command));
            return answers.get(command.get(0));
        }
    };

    private static Node.Finished ok(String output) {
        return new Node.Finished(0, output, "");
    }

    @Test
    void makesOneAndTakesItAway() throws IOException {
        try (Snapshot snapshot = Snapshot.of(node, "/dev/mapper/vg0-root", "kumiki-p2v-web").orElseThrow()) {
            assertThat(snapshot.device()).isEqualTo("/dev/vg0/kumiki-p2v-web");
        }

        assertThat(asked).containsExactly("lvs --noheadings --separator / --options vg_name,lv_name /dev/mapper/vg0-root", "lvremove --yes vg0/kumiki-p2v-web",
                "lvcreate --yes --snapshot --extents 20%ORIGIN --name kumiki-p2v-web vg0/root", "lvremove --yes vg0/kumiki-p2v-web");
    }

    @Test
    void doesWithoutWhereThereIsNoRoomOrNoLvm() throws IOException {
        answers.put("lvcreate", new Node.Finished(5, "", "insufficient free space"));
        assertThat(Snapshot.of(node, "/dev/mapper/vg0-root", "s")).isEqualTo(Optional.empty());

        for (Node.Finished answer : List.of(new Node.Finished(5, "", "not found"), ok(""), ok("a/b/c"), ok("-x/y"), ok("a b/c;d"))) {
            answers.put("lvs", answer);
            assertThat(Snapshot.of(node, "/dev/mapper/vg0-root", "s")).isEmpty();
        }
    }

    @Test
    void noticesThatTooMuchWasWritten() throws IOException {
        Snapshot snapshot = Snapshot.of(node, "/dev/mapper/vg0-root", "s").orElseThrow();
        answers.put("lvs", ok("  swi-a-s---\n"));
        snapshot.check();

        for (String attributes : List.of("  swi-I-s---\n", "", "swi")) {
            answers.put("lvs", ok(attributes));
            assertThatThrownBy(snapshot::check).hasMessageContaining("could not keep");
        }
    }

    @Test
    void saysWhatStays() throws IOException {
        Snapshot snapshot = Snapshot.of(node, "/dev/mapper/vg0-root", "s").orElseThrow();
        answers.put("lvremove", new Node.Finished(5, "", "in use"));

        assertThatThrownBy(snapshot::close).hasMessageContaining("vg0/s on rack-1 stays").hasMessageContaining("in use");
    }
}
