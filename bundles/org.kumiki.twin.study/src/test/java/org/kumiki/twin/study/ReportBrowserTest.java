package org.kumiki.twin.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.browser.Browser;

@Tag("browser")
class ReportBrowserTest {

    @TempDir
    Path directory;

    @Test
    void aBrowserShowsItWholeOnWideAndNarrowWindows() throws Exception {
        assumeTrue(Browser.present(), "chromium and chromedriver are installed");
        Path scenario = Files.writeString(directory.resolve("a.yaml"),
                Simulate.example("day").replace("length: 24 h", "length: 2 h").replace("seeds: 5", "seeds: 2"));
        try (PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream())) {
            assertThat(new Simulate(nowhere, false, Optional.empty()).run(List.of("--out", directory.toString(), scenario.toString()))).isZero();
        }
        try (Browser browser = new Browser("en")) {
            for (int width : new int[] { 1_280, 600 }) {
                browser.resize(width, 900);
                browser.open(directory.resolve(Report.FILE).toUri());
                assertThat(browser.text("document.querySelector('h1').textContent")).isEqualTo("An enterprise's day");
                assertThat(browser.run("return document.documentElement.scrollWidth <= window.innerWidth").asBoolean())
                        .as("nothing is cut off at " + width).isTrue();
                assertThat(browser.run("return [...document.querySelectorAll('svg')].filter(each => each.getBoundingClientRect().height > 100).length")
                        .asInt()).isEqualTo(5);
                assertThat(browser.run("return [...document.querySelectorAll('svg')].every(svg => [...svg.querySelectorAll('text')].every(text => {"
                        + " const inner = text.getBoundingClientRect(), outer = svg.getBoundingClientRect();"
                        + " return inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1"
                        + " && inner.bottom <= outer.bottom + 1 }))").asBoolean())
                        .as("all texts are within their plots").isTrue();
            }
        }
    }
}
