package org.kumiki.twin.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * The moves of C. Clark et al., NSDI 2005, sections 6.3 to 6.6, with what their rounds sent as the input: within 5 % of what was measured. Amounts are in MB
 * of 10<sup>6</sup> bytes, as the paper's rates come out.
 */
class ClarkTest {

    private static final double MB = 1e6;
    private static final double LEAST = Channel.bytes(100);
    private static final double WITHIN = 0.05;

    private static Writes rounds(double... megabytes) {
        double[] bytes = new double[megabytes.length];
        for (int round = 0; round < bytes.length; round++) {
            bytes[round] = megabytes[round] * MB;
        }
        return Writes.recorded(bytes);
    }

    private static void isAbout(double value, double measured) {
        assertThat(value).isCloseTo(measured, within(WITHIN * measured));
    }

    @Test
    void aStaticWebServersFirstRound() {
        Moved moved = PreCopy.clark(LEAST, Channel.bytes(500)).move(rounds(776), Channel.megabits(1_000));

        isAbout(moved.rounds().get(0).seconds(), 62); // what the rounds after it sent was not published, only that they took 9.8 s
    }

    /** The paper does not say what the most was; its last round was sent at 18.2 MB in 201 ms. The guest took 9 ms to go on. */
    @Test
    void specWeb() {
        double last = 18.2 * MB / 0.201;
        PreCopy asMeasured = new PreCopy(RateControl.clark(LEAST), StopRule.rounds(8), 100);

        Moved moved = asMeasured.move(rounds(676.8, 126.7, 39.0, 28.4, 24.2, 16.7, 14.2, 15.3, 18.2), new Channel(last, 0, 0.009));

        isAbout(moved.rounds().get(0).seconds(), 54.1);
        isAbout(moved.seconds(), 71);
        isAbout(moved.bytes(), 960 * MB);
        isAbout(moved.factor(800 * MB), 1.20);
        isAbout(moved.downtime(), 0.210);
        assertThat(moved.rounds()).hasSize(9);
    }

    /** Of the 60 ms of its downtime 40 were not for copying, and of the other 20 hardly any can have been for 148 KB. */
    @Test
    void quakeEndsByItself() {
        Moved moved = PreCopy.clark(LEAST, Channel.bytes(500)).move(rounds(56.3, 20.4, 4.6, 1.6, 1.2, 0.9, 1.2, 1.1, 0.8, 0.27, 0.148), new Channel(Channel.bytes(500), 0, 0.058));

        assertThat(moved.rounds()).as("less than 256 KB are left after ten rounds").hasSize(11);
        isAbout(moved.seconds(), 7);
        isAbout(moved.bytes(), 88 * MB);
        isAbout(moved.factor(64 * MB), 1.37);
        isAbout(moved.downtime(), 0.060);
    }

    /**
     * A guest that begins to write faster than can be sent. In this order of its four volumes, it is seen after the third round: 222.5 MB in 3 s are more than
     * 500 Mbit/s, so the guest is stopped, and 222.5 MB at 500 Mbit/s take the 3.5 s that were measured.
     */
    @Test
    void mMuncherIsStopped() {
        Moved moved = PreCopy.clark(LEAST, Channel.bytes(500)).move(rounds(255.4, 44.0, 116.0, 222.5, 222.5, 222.5), Channel.megabits(500));

        assertThat(moved.rounds()).as("three rounds, and the last one").hasSize(4);
        isAbout(moved.bytes(), 638 * MB);
        isAbout(moved.factor(512 * MB), 1.25);
        isAbout(moved.downtime(), 3.5);
    }
}
