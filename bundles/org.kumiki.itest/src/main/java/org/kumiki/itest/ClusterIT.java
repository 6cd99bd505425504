package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.BlobStore;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** Two configurations put a cluster in the place of the store that is built in, for whoever uses blobs, and take it away again. */
@Timeout(60)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class ClusterIT {

    private static final String FACADE = "org.kumiki.aws.s3";
    private static final String BUILT_IN = "org.kumiki.storage.file";
    private static final String CLUSTER = "org.kumiki.storage.s3";

    @InjectBundleContext
    BundleContext context;

    @InjectService
    ConfigurationAdmin configurations;

    @Test
    void whoeverUsesBlobsUsesTheClusterThatIsConfigured() throws Exception {
        Configuration builtIn = configurations.getConfiguration(BUILT_IN, "?");
        Configuration cluster = configurations.getConfiguration(CLUSTER, "?");
        try {
            cluster.update(properties(Map.of("endpoint", "http://127.0.0.1:1", "bucket", "b", "credentials", "/there/is/none")));
            builtIn.update(properties(Map.of("osgi.ds.satisfying.condition.target", "(osgi.condition.id=never)")));
            Eventually.serviceOf(context, BlobStore.class, CLUSTER, FACADE);

            ServiceReference<BlobStore> store = context.getServiceReference(BlobStore.class);
            assertThat(store.getBundle().getSymbolicName()).isEqualTo(CLUSTER);
            assertThat(context.getServiceReferences(BlobStore.class, null)).hasSize(1);
            assertThatThrownBy(context.getService(store)::buckets).isInstanceOfSatisfying(BlobException.class,
                    e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE)).hasMessageContaining("/there/is/none");
        } finally {
            cluster.delete();
            builtIn.delete();
        }
        Eventually.serviceOf(context, BlobStore.class, BUILT_IN, FACADE);
    }

    private static Dictionary<String, Object> properties(Map<String, String> values) {
        return new Hashtable<>(values);
    }
}
