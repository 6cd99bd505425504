package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.BlobStore;
import org.osgi.framework.Bundle;
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
            awaitStoreOfTheFacade(CLUSTER);

            ServiceReference<BlobStore> store = context.getServiceReference(BlobStore.class);
            assertThat(store.getBundle().getSymbolicName()).isEqualTo(CLUSTER);
            assertThat(context.getServiceReferences(BlobStore.class, null)).hasSize(1);
            assertThatThrownBy(context.getService(store)::buckets).isInstanceOfSatisfying(BlobException.class,
                    e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE)).hasMessageContaining("/there/is/none");
        } finally {
            cluster.delete();
            builtIn.delete();
        }
        awaitStoreOfTheFacade(BUILT_IN);
    }

    /** Nothing tells that a bundle has begun to use a service, so it is looked at again and again; the one before is there until all have left it. */
    private void awaitStoreOfTheFacade(String bundle) throws Exception {
        while (!isTheStoreOfTheFacade(bundle, context.getServiceReferences(BlobStore.class, null))) {
            Thread.sleep(50);
        }
    }

    private static boolean isTheStoreOfTheFacade(String bundle, Collection<ServiceReference<BlobStore>> stores) {
        return stores.size() == 1 && stores.stream().allMatch(store -> isOf(bundle, store) && isUsedByTheFacade(store));
    }

    private static boolean isOf(String name, ServiceReference<BlobStore> store) {
        Bundle bundle = store.getBundle(); // none if it has just gone
        return bundle != null && bundle.getSymbolicName().equals(name);
    }

    private static boolean isUsedByTheFacade(ServiceReference<BlobStore> store) {
        Bundle[] users = store.getUsingBundles();
        return users != null && Arrays.stream(users).anyMatch(user -> user.getSymbolicName().equals(FACADE));
    }

    private static Dictionary<String, Object> properties(Map<String, String> values) {
        return new Hashtable<>(values);
    }
}
