package org.kumiki.testing;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** A change of a file that may be lost. */
sealed interface Unflushed {

    /** The file before the change. */
    byte[] undo(byte[] file);

    /** The file after the change, or after some of it. Others before it may have been lost. */
    byte[] redo(byte[] file, RandomGenerator random);

    /**
     * Bytes were written.
     *
     * @param size   of the file before
     * @param before what was there, where there was something
     */
    record Write(long size, long position, byte[] before, byte[] after) implements Unflushed {

        @Override
        public byte[] undo(byte[] file) {
            byte[] undone = Arrays.copyOf(file, (int) size);
            System.arraycopy(before, 0, undone, (int) Math.min(position, size), before.length);
            return undone;
        }

        @Override
        public byte[] redo(byte[] file, RandomGenerator random) {
            int written = random.nextBoolean() ? after.length : random.nextInt(after.length + 1);
            byte[] redone = Arrays.copyOf(file, (int) Math.max(file.length, position + written));
            System.arraycopy(after, 0, redone, (int) position, written);
            return redone;
        }
    }

    /**
     * The end was cut off.
     *
     * @param size   after that
     * @param before what was cut off
     */
    record Cut(long size, byte[] before) implements Unflushed {

        @Override
        public byte[] undo(byte[] file) {
            byte[] undone = Arrays.copyOf(file, (int) size + before.length);
            System.arraycopy(before, 0, undone, (int) size, before.length);
            return undone;
        }

        @Override
        public byte[] redo(byte[] file, RandomGenerator random) {
            return Arrays.copyOf(file, (int) Math.min(file.length, size));
        }
    }
}
