package org.kumiki.storage.s3;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.storage.contract.BlobStoreContract;

class S3BlobStoreTest implements BlobStoreContract {

    private final Cluster.Settings settings = TestCluster.shared().settings();
    private S3BlobStore store = open();

    private S3BlobStore open() {
        return new S3BlobStore(settings, 16, Duration.ZERO);
    }

    @Override
    public BlobStore store() {
        return store;
    }

    @Override
    public BlobStore reopen() {
        store.close();
        store = open();
        return store;
    }

    @AfterEach
    void close() {
        store.close();
    }
}
