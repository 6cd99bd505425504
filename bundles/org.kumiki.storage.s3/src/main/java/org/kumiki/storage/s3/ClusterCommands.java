package org.kumiki.storage.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Usage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator asks about the cluster that blobs are in. */
@GogoCommand(scope = "kumiki", function = { "cluster", "sweep" })
@Component(service = ClusterCommands.class)
public class ClusterCommands {

    private final S3BlobStore store;

    @Activate
    public ClusterCommands(@Reference S3BlobStore store) {
        this.store = store;
    }

    @Descriptor("says whether the cluster that blobs are in answers, and which buckets are there, and how much is in them")
    public String cluster() {
        List<String> lines = new ArrayList<>();
        try {
            long begun = System.nanoTime();
            store.cluster().check();
            lines.add(store.cluster().where() + " answers, within " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms");
            lines.add("%12s %12s  %s".formatted("BLOBS", "KIB", "BUCKET"));
            for (Bucket bucket : store.buckets()) {
                Usage usage = store.usage(bucket.name());
                lines.add("%12d %12d  %s".formatted(usage.blobs(), (usage.bytes() + 1_023) >> 10, bucket.name().replaceAll("\\p{C}", "?")));
            }
        } catch (BlobException e) {
            lines.add(store.cluster().where() + " does not work: " + e.getMessage());
        }
        return String.join("\n", lines);
    }

    @Descriptor("removes from the cluster, now, what a platform that died more than a day ago has left there")
    public String sweep() {
        return store.sweep().run() + " contents that nothing named have been removed";
    }
}
