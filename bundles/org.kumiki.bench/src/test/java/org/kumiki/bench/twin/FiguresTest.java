package org.kumiki.bench.twin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {

    @TempDir
    Path temp;

    @Test
    void aRowForEachFigureWithNothingRoundedAway() throws IOException {
        Path file = Files.writeString(temp.resolve("twin.csv"), "of another run\n");
        Figures figures = new Figures(file);
        figures.add("planetlab-20110303", "thr-mmt-0.8", "the twin", Map.of("migrations", 26_711.0, "energy_kwh", 192.618374021));
        figures.add("placing", "first fit", "another", Map.of("heap_mib", 423L));

        assertThat(file).hasContent("""
                work,policy,simulator,measure,value
                planetlab-20110303,thr-mmt-0.8,the twin,energy_kwh,192.618374021
                planetlab-20110303,thr-mmt-0.8,the twin,migrations,26711
                placing,first fit,another,heap_mib,423
                """);
    }
}
