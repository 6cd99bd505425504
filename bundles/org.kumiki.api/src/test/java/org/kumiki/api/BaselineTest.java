package org.kumiki.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import aQute.bnd.service.diff.Delta;
import aQute.libg.reporter.ReporterAdapter;

/**
 * Holds the API to its promise: what has changed since {@code cnf/baseline/org.kumiki.api.jar} shows in the packages' versions, so that
 * a plug-in compiled against the older one is either right or refused. {@code cnf/README.md} says how the baseline moves forward.
 */
class BaselineTest {

    private static final Path BASELINE = Path.of("../../cnf/baseline/org.kumiki.api.jar");

    @Test
    void everyPackagesVersionSaysWhatHasChanged() throws Exception {
        try (Jar promised = new Jar(BASELINE.toFile()); Builder builder = new Builder()) {
            builder.setBundleSymbolicName("org.kumiki.api");
            builder.addClasspath(new File("target/classes"));
            builder.setProperty("-includepackage", "*");
            Jar current = builder.build();
            assertThat(builder.getErrors()).isEmpty();

            Baseline baseline = new Baseline(new ReporterAdapter(), new DiffPluginImpl());
            List<String> wrong = baseline.baseline(current, promised, null).stream()
                    .filter(info -> info.mismatch)
                    .map(info -> "%s: %s change, so @Version(\"%s\") must become \"%s\"%n%s".formatted(info.packageName,
                            info.packageDiff.getDelta(), info.newerVersion, info.suggestedVersion, changes(info)))
                    .toList();

            assertThat(wrong).isEmpty();
            assertThat(promised.getPackages()).as("the baseline is a whole API").contains("org.kumiki.api.datacenter");
        }
    }

    private static String changes(Baseline.Info info) {
        return info.packageDiff.getChildren().stream()
                .filter(diff -> diff.getDelta() != Delta.UNCHANGED)
                .map(diff -> "    " + diff.getDelta() + " " + diff.getName() + System.lineSeparator())
                .reduce("", String::concat);
    }
}
