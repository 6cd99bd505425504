package org.kumiki.aws.s3;

import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Query;
import org.kumiki.api.identity.Identity;

/** Buckets as a whole. */
final class Buckets {

    private static final int MAX_DOCUMENT = 64 * 1024;

    private final BlobStore store;
    private final Identity identity;
    private final Clock clock;
    private final String region;

    Buckets(BlobStore store, Identity identity, Clock clock, String region) {
        this.store = store;
        this.identity = identity;
        this.clock = clock;
        this.region = region;
    }

    void list(Exchange exchange) throws IOException {
        String account = exchange.caller().id();
        String prefix = exchange.param("prefix").orElse("");
        String after = exchange.param("continuation-token").map(Listings::after).orElse("");
        int most = exchange.number("max-buckets", 10_000, 10_000);
        List<Bucket> mine = store.buckets().stream().filter(bucket -> account.equals(bucket.attributes().get("owner")))
                .filter(bucket -> bucket.name().startsWith(prefix) && bucket.name().compareTo(after) > 0).toList();
        List<Bucket> shown = mine.subList(0, Math.min(most, mine.size()));
        Xml xml = Xml.document("ListAllMyBucketsResult").put(new Element("Owner", Acl.user(account, identity))).open("Buckets");
        for (Bucket bucket : shown) {
            xml.open("Bucket").put("Name", bucket.name()).put("CreationDate", Time.iso(bucket.created())).put("BucketRegion", region(bucket)).close();
        }
        xml.close();
        if (shown.size() < mine.size()) {
            xml.put("ContinuationToken", Listings.token(shown.isEmpty() ? after : shown.get(shown.size() - 1).name()));
        }
        exchange.answer(xml.put("Prefix", exchange.param("prefix")));
    }

    void create(Exchange exchange) throws IOException {
        String account = exchange.account();
        String name = exchange.target().bucket();
        Target.checkName(name);
        byte[] document = exchange.bytes(MAX_DOCUMENT);
        Optional<String> constraint = document.length == 0 ? Optional.empty()
                : XmlReader.read(document).as("CreateBucketConfiguration").get("LocationConstraint").filter(text -> !text.isEmpty());
        Map<String, String> attributes = new HashMap<>();
        attributes.put("owner", account);
        constraint.ifPresent(where -> attributes.put("region", where));
        exchange.header("x-amz-object-ownership").ifPresent(ownership -> attributes.put(Setting.OWNERSHIP.parameter(),
                Xml.text(BucketSettings.ownership(ownership))));
        if (exchange.header("x-amz-bucket-object-lock-enabled").filter("true"::equalsIgnoreCase).isPresent()) {
            attributes.put(Setting.VERSIONING.parameter(), Xml.text(new Element("VersioningConfiguration", List.of(new Element("Status", "Enabled")))));
            attributes.put(Setting.OBJECT_LOCK.parameter(),
                    Xml.text(new Element("ObjectLockConfiguration", List.of(new Element("ObjectLockEnabled", "Enabled")))));
        }
        Bucket bucket = new Bucket(name, clock.instant(), attributes);
        Optional<Acl> acl = Acl.ofHeaders(exchange, identity, account, account);
        if (acl.isPresent() && Access.isEnforced(bucket)) {
            throw new S3Exception(400, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced "
                    + "setting");
        }
        acl.ifPresent(list -> attributes.put(Acl.ATTRIBUTE, Xml.text(list.stored())));
        create(new Bucket(name, bucket.created(), attributes), account);
        exchange.set("Location", "/" + name);
        exchange.answer(200);
    }

    private void create(Bucket bucket, String account) {
        try {
            store.create(bucket);
        } catch (BlobException e) {
            if (e.reason() != BlobException.Reason.BUCKET_EXISTS) {
                throw e;
            }
            Map<String, String> there = store.bucket(bucket.name()).map(Bucket::attributes).orElse(Map.of());
            boolean own = account.equals(there.get("owner"));
            if (own && Acl.of(there).equals(Acl.of(bucket.attributes())) && !bucket.attributes().containsKey("region")) {
                return; // as it has always been in us-east-1
            }
            throw own && bucket.attributes().containsKey("region") ? new S3Exception(409, "BucketAlreadyOwnedByYou",
                    "Your previous request to create the named bucket succeeded and you already own it.").with("BucketName", bucket.name())
                    : new S3Exception(409, "BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users "
                            + "of the system. Please select a different name and try again.").with("BucketName", bucket.name());
        }
    }

    /** Uploads that nobody has completed are no objects, and go with the bucket. */
    void delete(Exchange exchange) {
        Access.require(exchange, "s3:DeleteBucket");
        String bucket = exchange.bucket().name();
        if (store.list(bucket, new Query("", "", "", "", 1, true)).blobs().isEmpty()) {
            store.uploads(bucket).forEach(store::abort);
        }
        store.delete(bucket);
        exchange.answer(204);
    }

    void head(Exchange exchange) {
        Access.require(exchange, "s3:ListBucket");
        exchange.set("x-amz-bucket-region", region(exchange.bucket()));
        exchange.response().setContentType("application/xml");
        exchange.response().setStatus(200);
    }

    void location(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:GetBucketLocation");
        Element location = new Element("LocationConstraint", region(exchange.bucket()).equals("us-east-1") ? "" : region(exchange.bucket()));
        exchange.answer(Xml.write(location));
    }

    private String region(Bucket bucket) {
        return bucket.attributes().getOrDefault("region", region);
    }
}
