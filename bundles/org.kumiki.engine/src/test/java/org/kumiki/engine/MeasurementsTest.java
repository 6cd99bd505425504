package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;

class MeasurementsTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path data;

    Rig rig;
    Instance instance;
    Measurements measurements;
    int samples;

    @BeforeEach
    void start() {
        rig = new Rig(data);
        instance = rig.await(rig.launch().id(), InstanceState.RUNNING);
        measurements = new Measurements(MINUTE, () -> (World) rig.datacenter.inventory());
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void useIsWhatWasUsedBetweenTwoSamples() {
        take(100);
        take(130);
        take(145);

        assertThat(measurements.now().cpu(instance.id(), 2)).containsExactly(new double[] { 0.5, 0.25 }, within(0.003));
        assertThat(measurements.now().cpu(instance.host().orElseThrow(), 2)).containsExactly(new double[] { 0.5 / 8, 0.25 / 8 }, within(0.003));
        assertThat(measurements.now().last()).isEqualTo(BEGIN.plus(MINUTE.multipliedBy(2)));
        assertThat(measurements.now().interval()).isEqualTo(MINUTE);
    }

    @Test
    void whatWasNotMeasuredIsNothingAndNotNone() {
        take(100);
        take(130);
        measurements.take(next(), Map.of());
        take(10); // it has moved, and counts from zero again
        take(40);

        assertThat(measurements.now().cpu(instance.id(), 5)).containsExactly(new double[] { Double.NaN, 0.5, Double.NaN, Double.NaN, 0.5 }, within(0.003));
        assertThat(measurements.now().cpu(Rig.host("h2"), 2)).as("an empty host is idle").containsExactly(0, 0);
        assertThat(measurements.now().cpu(Rig.host("nowhere"), 2)).isEmpty();
    }

    @Test
    void theOldestSamplesGiveWayToTheNewest() {
        long seconds = 0;
        for (int sample = 0; sample < 1_000; sample++) {
            seconds += sample % 60;
            take(seconds);
        }

        double[] all = measurements.now().cpu(instance.id(), 100_000);
        assertThat(all).hasSize(288);
        for (int index = 0; index < all.length; index++) {
            assertThat(all[index]).isCloseTo((1_000 - all.length + index) % 60 / 60.0, within(0.003));
        }
    }

    @Test
    void nothingIsKeptOfAnInstanceThatIsGone() {
        take(1);
        take(2);
        measurements = new Measurements(MINUTE, () -> World.empty(1, BEGIN, InstanceTypes.all()));
        take(3);
        take(4);

        assertThat(measurements.now().cpu(instance.id(), 1)).isEmpty();
    }

    @Test
    void whatWasMeasuredOutlastsTheControlPlaneAndTheTimeBetweenIsEmpty() throws IOException {
        take(100);
        take(130);
        take(145);
        measurements.save(data.resolve("kept"));

        Measurements next = new Measurements(MINUTE, () -> (World) rig.datacenter.inventory());
        next.load(data.resolve("kept"), BEGIN.plus(MINUTE.multipliedBy(4)).plusSeconds(10));

        assertThat(next.now().cpu(instance.host().orElseThrow(), 4)).containsExactly(new double[] { 0.5 / 8, 0.25 / 8, Double.NaN, Double.NaN },
                within(0.003));
        assertThat(next.now().cpu(instance.id(), 4)).containsExactly(new double[] { 0.5, 0.25, Double.NaN, Double.NaN }, within(0.003));
        assertThat(next.now().last()).isEqualTo(BEGIN.plus(MINUTE.multipliedBy(4)));
        Measurements other = new Measurements(Duration.ofSeconds(10), () -> (World) rig.datacenter.inventory());
        other.load(data.resolve("kept"), BEGIN.plus(MINUTE.multipliedBy(4)));
        assertThat(other.now().cpu(instance.host().orElseThrow(), 4)).as("at another interval").isEmpty();
        Files.write(data.resolve("kept"), new byte[] { 1, 2, 3 });
        assertThatIOException().isThrownBy(() -> next.load(data.resolve("kept"), BEGIN));
    }

    private void take(long seconds) {
        measurements.take(next(), Map.of(instance.id(), Duration.ofSeconds(seconds)));
    }

    private Instant next() {
        return BEGIN.plus(MINUTE.multipliedBy(samples++));
    }
}
