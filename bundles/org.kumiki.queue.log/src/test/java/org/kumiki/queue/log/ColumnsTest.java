package org.kumiki.queue.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.kumiki.api.queue.Ordering;
import org.kumiki.wal.Place;

/** What is made of plain arrays does what the collections of Java do. */
class ColumnsTest {

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @RepeatedTest(20)
    void anIndexFindsWhatAMapFinds() {
        SlotIndex index = new SlotIndex();
        Map<Long, Integer> map = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            long key = 1 + random.nextInt(400);
            if (random.nextInt(3) == 0) {
                index.remove(key);
                map.remove(key);
            } else {
                index.put(key, i);
                map.put(key, i);
            }
            long asked = 1 + random.nextInt(400);
            assertThat(index.get(asked)).as("seed %d", seed).isEqualTo(map.getOrDefault(asked, SlotIndex.NONE));
        }
        assertThat(index.size()).isEqualTo(map.size());
        assertThat(index.sortedKeys()).containsExactly(map.keySet().stream().mapToLong(Long::longValue).sorted().toArray());
    }

    @RepeatedTest(20)
    void anAgendaComesInOrder() {
        Agenda agenda = new Agenda();
        PriorityQueue<Long> queue = new PriorityQueue<>();
        for (int i = 0; i < 6_000; i++) {
            if (random.nextInt(3) == 0 && !queue.isEmpty()) {
                assertThat(agenda.key()).as("seed %d", seed).isEqualTo(queue.remove());
                agenda.remove();
            } else {
                long key = random.nextInt(1_000);
                agenda.add(key, key + 1);
                queue.add(key);
            }
        }
        assertThat(agenda.size()).isEqualTo(queue.size());
        agenda.sweep(0, (key, subject) -> key % 2 == 0 && subject == key + 1);
        queue.removeIf(key -> key % 2 != 0);
        while (!queue.isEmpty()) {
            assertThat(agenda.key()).as("seed %d", seed).isEqualTo(queue.remove());
            agenda.remove();
        }
        assertThat(agenda.isEmpty()).isTrue();
    }

    @Test
    void whatIsFrozenStaysAsItWas() throws Exception {
        Rows rows = new Rows();
        List<Integer> slots = new ArrayList<>();
        for (long sequence = 1; sequence <= 3_000; sequence++) {
            slots.add(rows.add(row(sequence)));
        }
        Rows.Frozen frozen = rows.freeze();
        for (int slot : slots.subList(0, 1_500)) {
            rows.remove(slot);
        }
        slots.subList(1_500, 3_000).forEach(slot -> rows.received(slot, 9));
        rows.add(row(9_999));

        List<Row> all = new ArrayList<>();
        frozen.forEachBlock(all::addAll);

        assertThat(all).hasSize(3_000).allMatch(each -> each.equals(row(each.sequence())));
        assertThat(rows.row(slots.get(2_000)).receives()).isEqualTo(1);
    }

    private static Row row(long sequence) {
        return new Row(sequence, new Place(1, sequence, 7), 0, 5, 0, 0, 0, Row.VISIBLE, sequence % 3);
    }

    @Test
    void remembersDuplicatesForAWhile() {
        Duplicates duplicates = new Duplicates();
        for (int i = 0; i < 1_000; i++) {
            duplicates.forget(i - 99);
            duplicates.add(new Duplicates.Memory(key(i), i + 1, i));
            int asked = random.nextInt(i + 1);
            assertThat(duplicates.find(key(asked))).as("seed %d", seed).isEqualTo(asked < i - 99 ? OptionalLong.empty() : OptionalLong.of(asked + 1));
        }
    }

    private static Duplicates.Key key(int number) {
        return Duplicates.Key.of(Ordering.GROUPS, Optional.empty(), Integer.toString(number));
    }
}
