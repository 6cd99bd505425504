package org.kumiki.aws.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Upload;
import org.kumiki.api.blob.Usage;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;
import org.kumiki.aws.s3.Lifecycle.Action;
import org.kumiki.aws.s3.Lifecycle.Due;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator does with buckets. */
@GogoCommand(scope = "kumiki", function = { "buckets", "quota", "lifecycle", "events" })
@Component(service = S3Commands.class)
public final class S3Commands {

    private static final int SHOWN = 1000;

    private final BlobStore store;
    private final Identity identity;
    private final Quotas quotas;
    private final LifecycleRunner lifecycles;
    private final Notifier notifier;

    @Activate
    public S3Commands(@Reference BlobStore store, @Reference Identity identity, @Reference Quotas quotas, @Reference LifecycleRunner lifecycles,
            @Reference Notifier notifier) {
        this.store = store;
        this.identity = identity;
        this.quotas = quotas;
        this.lifecycles = lifecycles;
        this.notifier = notifier;
    }

    @Descriptor("lists the buckets, how much is in them, and how much may be")
    public String buckets() {
        List<String> lines = new ArrayList<>(List.of("%12s %12s %12s %12s  %-12s  %s".formatted("BLOBS", "KIB", "MOST BLOBS", "MOST KIB", "OWNER", "BUCKET")));
        for (Bucket bucket : store.buckets()) {
            lines.add(line(store.usage(bucket.name()), quotas.ofBucket(bucket), bucket.attributes().getOrDefault("owner", "-"), bucket.name()));
        }
        quotas.ofAccounts().forEach((account, quota) -> lines.add(line(quotas.usageOfAccount(account), Optional.of(quota), account, "all of them")));
        return String.join("\n", lines);
    }

    private static String line(Usage usage, Optional<Quota> quota, String owner, String name) {
        return "%12d %12d %12s %12s  %-12s  %s".formatted(usage.blobs(), kib(usage.bytes()), quota.flatMap(Quota::objects).map(String::valueOf).orElse("-"),
                quota.flatMap(Quota::bytes).map(bytes -> String.valueOf(kib(bytes))).orElse("-"), clean(owner), clean(name));
    }

    private static long kib(long bytes) {
        return (bytes + 1_023) >> 10;
    }

    @Descriptor("says how much may be in a bucket, or in all buckets of an account; without limits there is no quota any more")
    public String quota(
            @Descriptor("it is an account, by its number") @Parameter(names = { "-a", "--account" }, presentValue = "true", absentValue = "false") boolean account,
            @Descriptor("so many bytes at most, such as 10G or 500M") @Parameter(names = { "-b", "--bytes" }, absentValue = "") String bytes,
            @Descriptor("so many objects at most, all versions of them") @Parameter(names = { "-o", "--objects" }, absentValue = "") String objects,
            @Descriptor("name of the bucket, or number of the account") String name) {
        Quota quota = new Quota(number(bytes), number(objects));
        if (account) {
            if (!name.matches("[0-9]{12}") || identity.account(new AccountId(name)).isEmpty()) {
                throw new IllegalArgumentException("there is no account \"" + clean(name) + "\"; buckets shows whose buckets there are");
            }
            quotas.setOfAccount(name, quota);
        } else {
            require(name);
            quotas.setOfBucket(name, quota);
        }
        return buckets();
    }

    /** Empty for no limit. */
    private static Optional<Long> number(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String upper = text.toUpperCase(Locale.ROOT);
        int unit = "KMGT".indexOf(upper.charAt(upper.length() - 1));
        String digits = unit < 0 ? upper : upper.substring(0, upper.length() - 1);
        if (!digits.matches("[0-9]{1,12}")) {
            throw new IllegalArgumentException("\"" + clean(text) + "\" is no limit; one is written like 1000, 500M or 2T");
        }
        return Optional.of(Long.parseLong(digits) << 10 * (unit + 1));
    }

    @Descriptor("says what of a bucket expires, and when; deletes nothing")
    public String lifecycle(
            @Descriptor("delete now what is due") @Parameter(names = { "-n", "--now" }, presentValue = "true", absentValue = "false") boolean now,
            @Descriptor("name of the bucket") String bucket) throws InterruptedException {
        Bucket known = require(bucket);
        if (!known.attributes().containsKey(Setting.LIFECYCLE.parameter())) {
            return "the bucket " + clean(bucket) + " has no lifecycle: nothing expires";
        }
        if (now) {
            return lifecycles.run(bucket).toString();
        }
        Forecast forecast = new Forecast();
        lifecycles.ask(known, forecast);
        return forecast.text();
    }

    @Descriptor("lists the queues that are told what happens in buckets, and how many events wait to be sent")
    public String events() {
        List<String> lines = new ArrayList<>(List.of("%12s  %s".formatted("WAITING", "QUEUE")));
        for (Lane lane : notifier.lanes()) {
            lines.add("%12d  %s%s".formatted(lane.waiting(), clean(lane.queue()), lane.trouble().isEmpty() ? "" : "  " + clean(lane.trouble())));
        }
        return String.join("\n", lines);
    }

    private Bucket require(String name) {
        return store.bucket(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no bucket \"" + clean(name) + "\"; buckets shows those that are there"));
    }

    /** Clients name keys: what would steer a terminal does not reach one. */
    private static String clean(String text) {
        return text.replaceAll("\\p{C}", "?");
    }

    /** The first lines of what would be done, and how much more there is. */
    private final class Forecast implements LifecycleWalk.Visitor {

        private final List<String> lines = new ArrayList<>();
        private long due;
        private long later;

        @Override
        public void version(Blob blob, Due what) {
            add(what, what.action() == Action.MARK ? "hidden" : "deleted", blob.key() + (blob.version().equals(Blob.ONLY) ? "" : "  " + blob.version()));
        }

        @Override
        public void upload(Upload upload, Due what) {
            add(what, "given up", upload.key() + "  upload " + upload.id());
        }

        @Override
        public void seen(String key) {
            // what stays is not shown
        }

        private void add(Due what, String fate, String name) {
            boolean isDue = !what.at().isAfter(lifecycles.now());
            due += isDue ? 1 : 0;
            later += isDue ? 0 : 1;
            if (lines.size() < SHOWN) {
                lines.add("%s  %-8s  by %s  %s".formatted(isDue ? "now                 " : what.at(), fate, clean(what.rule()), clean(name)));
            }
        }

        String text() {
            List<String> text = new ArrayList<>(lines);
            text.add((due + later > lines.size() ? "and others; " : "") + due + " are due, " + later + " will be"
                    + (due > 0 ? "; lifecycle --now does what is due" : ""));
            return String.join("\n", text);
        }
    }
}
