package org.kumiki.queue.log;

import org.kumiki.wal.Decoder;
import org.kumiki.wal.Encoder;

/**
 * That somebody has asked for messages and said which attempt it was.
 *
 * @param time      in milliseconds
 * @param until     when that becomes visible again which was delivered to him, if nothing is done with it
 * @param sequences of what was delivered to him
 * @param receives  how often each of them had been delivered then
 */
record Attempt(String name, long time, long until, long[] sequences, int[] receives) {

    void writeTo(Encoder out) {
        out.put(name).put(time).put(until).putSmall(sequences.length);
        for (int i = 0; i < sequences.length; i++) {
            out.putSmall(sequences[i]).putSmall(receives[i]);
        }
    }

    static Attempt read(Decoder in) {
        String name = in.text();
        long time = in.number();
        long until = in.number();
        long[] sequences = new long[in.count()];
        int[] receives = new int[sequences.length];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = in.small();
            receives[i] = (int) in.small();
        }
        return new Attempt(name, time, until, sequences, receives);
    }

    Attempt with(long anotherUntil) {
        return new Attempt(name, time, anotherUntil, sequences, receives);
    }
}
