package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.junit5.context.BundleContextExtension;

@ExtendWith(BundleContextExtension.class)
class BundlesIT {

    @InjectBundleContext
    BundleContext context;

    @Test
    void everyBundleIsActive() {
        assertThat(bundles()).extracting(Bundle::getSymbolicName).contains("org.kumiki.api", "org.kumiki.logging");
        assertThat(bundles().stream().filter(bundle -> bundle.getState() != Bundle.ACTIVE)).isEmpty();
    }

    @Test
    void onlyTheModelAndWhatIsSharedExportPackages() {
        List<String> exporters = bundles().stream()
                .filter(bundle -> bundle.getSymbolicName().startsWith("org.kumiki."))
                .filter(bundle -> String.valueOf(bundle.getHeaders("").get("Export-Package")).contains("org.kumiki."))
                .map(Bundle::getSymbolicName)
                .toList();

        assertThat(exporters).containsExactlyInAnyOrder("org.kumiki.api", "org.kumiki.aws", "org.kumiki.tck", "org.kumiki.wal");
    }

    private List<Bundle> bundles() {
        return Stream.of(context.getBundles())
                .filter(bundle -> (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) == 0)
                .toList();
    }
}
