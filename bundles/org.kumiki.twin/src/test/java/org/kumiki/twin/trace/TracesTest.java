package org.kumiki.twin.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracesTest {

    @TempDir
    Path temp;

    private static String numbers(int first, String between) {
        return IntStream.range(0, PlanetLab.SAMPLES).mapToObj(sample -> Integer.toString(sample == 0 ? first : 7)).collect(Collectors.joining(between));
    }

    @Test
    void readsADayInEitherShapeSortedByName() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("20110303"));
        Files.writeString(folder.resolve("zebra"), numbers(2, "\n") + "\n");
        Files.writeString(folder.resolve("ant"), numbers(1, "\n"));
        Path file = temp.resolve("day.txt.gz");
        try (OutputStream bytes = new GZIPOutputStream(Files.newOutputStream(file))) {
            bytes.write(("zebra\t" + numbers(2, " ") + "\nant\t" + numbers(1, " ") + "\n").getBytes());
        }

        for (Path day : new Path[] { folder, file }) {
            CpuTraces traces = PlanetLab.read(day);
            assertThat(traces.names()).containsExactly("ant", "zebra");
            assertThat(traces.percent()[1]).hasSize(288).startsWith(2, 7);
            assertThat(traces.interval()).hasMinutes(5);
        }
    }

    @Test
    void readsWhatOtherSystemsWrote() throws IOException {
        CpuTraces traces = PlanetLab.read(Files.writeString(temp.resolve("day"), "zoë\t  " + numbers(100, "\t") + " 3 \r\nant\t" + numbers(1, " ")));

        assertThat(traces.names()).containsExactly("ant", "zoë");
        assertThat(traces.percent()[1]).as("what is more than a day is left").hasSize(288).startsWith(100, 7).endsWith(7, 7);
    }

    @Test
    void saysWhatIsWrongWithADay() throws IOException {
        assertThatThrownBy(() -> PlanetLab.read(Files.writeString(temp.resolve("a"), "ant 1 2 3\n"))).hasMessageContaining("line 1").hasMessageContaining("tab");
        assertThatThrownBy(() -> PlanetLab.read(Files.writeString(temp.resolve("b"), "ant\t1 2 3\n"))).hasMessageContaining("ant has 3 numbers");
        assertThatThrownBy(() -> PlanetLab.read(Files.writeString(temp.resolve("c"), "ant\t" + numbers(101, " ") + "\n"))).hasMessageContaining("\"101\" as number 1");
        assertThatThrownBy(() -> PlanetLab.read(Files.writeString(temp.resolve("e"), "ant\t1 0007 2\n"))).hasMessageContaining("\"0007\" as number 2");
        assertThatThrownBy(() -> PlanetLab.read(Files.writeString(temp.resolve("f"), "ant\t1 -1\n"))).hasMessageContaining("\"-1\" as number 2");
        assertThatThrownBy(() -> PlanetLab.read(Files.writeString(temp.resolve("d"), ""))).hasMessageContaining("has no traces");
        assertThatThrownBy(() -> PlanetLab.read(temp.resolve("nowhere"))).isInstanceOf(IOException.class);
    }

    @Test
    void makesWorkdaysUpTheSameEachTime() {
        CpuTraces traces = Workdays.traces(200, 7, 42);

        assertThat(traces.percent()).isDeepEqualTo(Workdays.traces(200, 7, 42).percent());
        assertThat(traces.percent()[0]).isNotEqualTo(Workdays.traces(200, 7, 43).percent()[0]);
        assertThat(mean(traces, 1, 10)).as("a Tuesday at ten").isGreaterThan(1.5 * mean(traces, 1, 3));
        assertThat(mean(traces, 1, 10)).isGreaterThan(mean(traces, 1, 13)).isGreaterThan(1.5 * mean(traces, 5, 10));
        assertThat(IntStream.range(0, 24).mapToDouble(hour -> mean(traces, 2, hour)).average().orElseThrow()).isCloseTo(12, within(3.0));
    }

    private static double mean(CpuTraces traces, int day, int hour) {
        double sum = 0;
        for (byte[] machine : traces.percent()) {
            for (int sample = 0; sample < 12; sample++) {
                sum += machine[day * 288 + hour * 12 + sample];
            }
        }
        return sum / 12 / traces.machines();
    }
}
