package org.kumiki.bench.technologies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportTest {

    private static Report report() {
        Map<String, Map<Measure, Double>> seconds = new LinkedHashMap<>();
        seconds.put(Report.NATIVE, Map.of(Measure.CPU, 0.5, Measure.ECHO, 0.1));
        seconds.put("lxc", Map.of(Measure.CPU, 0.55, Measure.ECHO, 0.3));
        seconds.put("qemu", Map.of(Measure.CPU, 5.0));
        return new Report("2 processors", seconds);
    }

    @Test
    void comparesWithTheMachineItself() {
        assertThat(report().technologies()).containsExactly("lxc", "qemu");
        assertThat(report().ratio("qemu", Measure.CPU)).isEqualTo(10);
        assertThat(report().ratio("qemu", Measure.ECHO)).isNaN();
        assertThat(report().table().lines().filter(line -> line.startsWith("CPU"))).singleElement().asString()
                .matches("CPU alone: arithmetic +0\\.500 +1\\.10 +10\\.00");
    }

    @Test
    void drawsABarForWhatWasMeasuredOnly() throws Exception {
        Document figure = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(report().svg())));

        assertThat(figure.getElementsByTagName("rect").getLength()).as("background, two in the legend, three bars").isEqualTo(6);
    }

    @Test
    void writesTheFiguresAsJson() {
        assertThat(report().json()).contains("\"machine\": \"2 processors\"", "\"qemu\": {\"cpu\": 5.0000}");
    }

    @Test
    void takesTheMedianOfWhatTheScriptSaysOnceItHasEnded() {
        String said = "Linux version\nkumiki-work cpu 3\r\nkumiki-work cpu 1\nkumiki-work cpu 2\nkumiki-work flushes 0.25\n";

        assertThat(Work.figures(said)).isEmpty();
        assertThat(Work.figures(said + "kumiki-work done\n")).contains(Map.of(Measure.CPU, 2.0, Measure.FLUSHES, 0.25));
        assertThatIllegalArgumentException().isThrownBy(() -> Work.figures("kumiki-work games 1\nkumiki-work done\n"));
    }

    @Test
    void theScriptFitsIntoUserData() {
        assertThat(Work.script()).startsWith("#!/bin/sh\n").hasSizeLessThan(12_000);
    }
}
