package org.kumiki.itest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Staged;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.util.tracker.ServiceTracker;

/** The store of blobs goes, and comes back with what was put. */
@Timeout(60)
@ExtendWith(BundleContextExtension.class)
class BlobsIT {

    private static final String BUCKET = "kumiki-blobs-it";

    @InjectBundleContext
    BundleContext context;

    @Test
    void whatWasPutIsThereWhenTheStoreComesBack() throws Exception {
        byte[] content = "content".getBytes(UTF_8);
        ServiceTracker<BlobStore, BlobStore> stores = new ServiceTracker<>(context, BlobStore.class, null);
        stores.open();
        try {
            BlobStore store = stores.waitForService(0);
            store.create(new Bucket(BUCKET, Instant.EPOCH, Map.of()));
            List<Staged> staged = List.of(store.stage(new ByteArrayInputStream(content)));
            Blob blob = store.put(BUCKET, "key", staged, Map.of(), Keeping.REPLACE, Precondition.NONE);

            Bundle bundle = Arrays.stream(context.getBundles()).filter(each -> each.getSymbolicName().equals("org.kumiki.storage.file")).findFirst()
                    .orElseThrow();
            bundle.stop();
            assertThat(stores.getService()).isNull();
            bundle.start();

            BlobStore again = stores.waitForService(0);
            ByteBuffer read = ByteBuffer.allocate(content.length);
            again.read(blob, 0, blob.size(), read::put);
            assertThat(read.array()).isEqualTo(content);
            again.delete(BUCKET, "key", Blob.ONLY, each -> {
            });
            again.delete(BUCKET);
        } finally {
            stores.close();
        }
    }
}
