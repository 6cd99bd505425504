package org.kumiki.queue.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import org.kumiki.wal.Place;

/**
 * Messages as columns, some sixty bytes each. A message has a slot as long as it is there. What is frozen stays as it is: of a block that is changed
 * afterwards there are two.
 */
final class Rows {

    private static final int SHIFT = 10;
    private static final int SLOTS = 1 << SHIFT;
    private static final int NONE = -1;

    private static final class Block implements Cloneable {

        /** 0: the slot is free. */
        long[] sequence = new long[SLOTS];
        int[] segment = new int[SLOTS];
        /** Of a free slot the next one that is free. */
        int[] position = new int[SLOTS];
        int[] length = new int[SLOTS];
        long[] due = new long[SLOTS];
        long[] sent = new long[SLOTS];
        long[] first = new long[SLOTS];
        int[] receives = new int[SLOTS];
        int[] from = new int[SLOTS];
        byte[] state = new byte[SLOTS];
        /** Null as long as all have the same, which is 0. */
        long[] group;
        int epoch;

        Block copy(int inEpoch) {
            try {
                Block copy = (Block) clone();
                copy.sequence = sequence.clone();
                copy.segment = segment.clone();
                copy.position = position.clone();
                copy.length = length.clone();
                copy.due = due.clone();
                copy.sent = sent.clone();
                copy.first = first.clone();
                copy.receives = receives.clone();
                copy.from = from.clone();
                copy.state = state.clone();
                copy.group = group == null ? null : group.clone();
                copy.epoch = inEpoch;
                return copy;
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("a block can be copied", e);
            }
        }

        Row row(int at) {
            return new Row(sequence[at], new Place(segment[at], position[at], length[at]), due[at], sent[at], first[at], receives[at], from[at],
                    state[at], group == null ? 0 : group[at]);
        }

        void forEach(Consumer<Row> action) {
            for (int at = 0; at < SLOTS; at++) {
                if (sequence[at] != 0) {
                    action.accept(row(at));
                }
            }
        }
    }

    private Block[] blocks = new Block[0];
    private int free = NONE;
    private int epoch;

    int add(Row row) {
        if (free == NONE) {
            grow();
        }
        int slot = free;
        Block block = own(slot);
        int at = slot & SLOTS - 1;
        free = block.position[at];
        block.sequence[at] = row.sequence();
        block.due[at] = row.due();
        block.sent[at] = row.sent();
        block.first[at] = row.first();
        block.receives[at] = row.receives();
        block.from[at] = row.from();
        block.state[at] = (byte) row.state();
        if (row.group() != 0 && block.group == null) {
            block.group = new long[SLOTS];
        }
        if (block.group != null) {
            block.group[at] = row.group();
        }
        setPlace(slot, row.place());
        return slot;
    }

    private void grow() {
        int begin = blocks.length << SHIFT;
        Block block = new Block();
        block.epoch = epoch;
        for (int at = 0; at < SLOTS; at++) {
            block.position[at] = at == SLOTS - 1 ? NONE : begin + at + 1;
        }
        blocks = Arrays.copyOf(blocks, blocks.length + 1);
        blocks[blocks.length - 1] = block;
        free = begin;
    }

    void remove(int slot) {
        Block block = own(slot);
        block.sequence[slot & SLOTS - 1] = 0;
        block.position[slot & SLOTS - 1] = free;
        free = slot;
    }

    void clear() {
        blocks = new Block[0];
        free = NONE;
    }

    Row row(int slot) {
        return block(slot).row(slot & SLOTS - 1);
    }

    long sequence(int slot) {
        return block(slot).sequence[slot & SLOTS - 1];
    }

    Place place(int slot) {
        Block block = block(slot);
        int at = slot & SLOTS - 1;
        return new Place(block.segment[at], block.position[at], block.length[at]);
    }

    int segment(int slot) {
        return block(slot).segment[slot & SLOTS - 1];
    }

    int length(int slot) {
        return block(slot).length[slot & SLOTS - 1];
    }

    long due(int slot) {
        return block(slot).due[slot & SLOTS - 1];
    }

    long sent(int slot) {
        return block(slot).sent[slot & SLOTS - 1];
    }

    int receives(int slot) {
        return block(slot).receives[slot & SLOTS - 1];
    }

    int state(int slot) {
        return block(slot).state[slot & SLOTS - 1];
    }

    long group(int slot) {
        Block block = block(slot);
        return block.group == null ? 0 : block.group[slot & SLOTS - 1];
    }

    void setState(int slot, int state) {
        own(slot).state[slot & SLOTS - 1] = (byte) state;
    }

    void setDue(int slot, long due) {
        own(slot).due[slot & SLOTS - 1] = due;
    }

    void setPlace(int slot, Place place) {
        Block block = own(slot);
        int at = slot & SLOTS - 1;
        block.segment[at] = Math.toIntExact(place.segment());
        block.position[at] = Math.toIntExact(place.position());
        block.length[at] = place.length();
    }

    /** Once more. */
    void received(int slot, long time) {
        Block block = own(slot);
        int at = slot & SLOTS - 1;
        block.receives[at]++;
        if (block.first[at] == 0) {
            block.first[at] = time;
        }
    }

    private Block block(int slot) {
        return blocks[slot >> SHIFT];
    }

    private Block own(int slot) {
        Block block = block(slot);
        if (block.epoch != epoch) {
            block = block.copy(epoch);
            blocks[slot >> SHIFT] = block;
        }
        return block;
    }

    /** Takes an action on all messages; a block after the other, so that not all of it needs to be in memory as rows. */
    interface Frozen {

        /** @param action on those of one block, in no order */
        void forEachBlock(BlockAction action) throws IOException;
    }

    interface BlockAction {

        void accept(List<Row> rows) throws IOException;
    }

    /** As it is now, for any thread. */
    Frozen freeze() {
        epoch++;
        Block[] frozen = blocks.clone();
        return action -> {
            for (Block block : frozen) {
                List<Row> rows = new ArrayList<>();
                block.forEach(rows::add);
                if (!rows.isEmpty()) {
                    action.accept(rows);
                }
            }
        };
    }
}
