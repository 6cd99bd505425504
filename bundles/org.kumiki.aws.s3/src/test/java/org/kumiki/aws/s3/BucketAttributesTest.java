package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.BucketFacts;
import org.kumiki.api.blob.BucketFacts.Versions;
import org.kumiki.testing.TwoAccounts;

class BucketAttributesTest {

    private final BucketAttributes attributes = new BucketAttributes();

    @Test
    void readsWhatClientsAndTheOperatorHaveSet(@TempDir Path data) throws Exception {
        TestCloud cloud = new TestCloud(data);
        try {
            Client client = new Client(cloud.endpoint(), TestCloud.KEY);
            client.call("PUT", "/plain");
            client.call("PUT", "/locked", Map.of("x-amz-bucket-object-lock-enabled", "true"), new byte[0]);
            cloud.commands().quota(false, "1000", "", "locked");

            assertThat(attributes.read(cloud.store.bucket("plain").orElseThrow())).contains(
                    new BucketFacts(TwoAccounts.ROOT.id(), Optional.empty(), Optional.empty(), Versions.NEVER, false));
            assertThat(attributes.read(cloud.store.bucket("locked").orElseThrow())).contains(
                    new BucketFacts(TwoAccounts.ROOT.id(), Optional.of(1000L), Optional.empty(), Versions.KEPT, true));

            client.call("PUT", "/plain?versioning", "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>");
            assertThat(attributes.read(cloud.store.bucket("plain").orElseThrow())).map(BucketFacts::versions).contains(Versions.SUSPENDED);
        } finally {
            cloud.stop();
        }
    }

    @Test
    void saysNothingOfABucketThatHasNoOwner() {
        assertThat(attributes.read(new Bucket("outbox", Instant.EPOCH, Map.of()))).isEmpty();
    }
}
