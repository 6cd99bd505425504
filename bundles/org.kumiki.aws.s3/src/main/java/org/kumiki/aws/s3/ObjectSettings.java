package org.kumiki.aws.s3;

import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.identity.Identity;

/** What can be changed of an object that is there: its ACL, its tags, its locks. */
final class ObjectSettings {

    private final BlobStore store;
    private final Identity identity;
    private final Clock clock;
    private final Notifier notifier;
    private final Finder finder;

    ObjectSettings(BlobStore store, Identity identity, Clock clock, Notifier notifier) {
        this.store = store;
        this.identity = identity;
        this.clock = clock;
        this.notifier = notifier;
        this.finder = new Finder(store);
    }

    void getAcl(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:GetObjectAcl");
        exchange.answer(Xml.write(item.acl().document(identity)));
    }

    void putAcl(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:PutObjectAcl");
        Bucket bucket = exchange.bucket();
        Acl acl = Acl.isIn(exchange)
                ? Acl.ofHeaders(exchange, identity, item.owner(), bucket.attributes().get("owner")).orElseThrow(S3Exception::malformedXml)
                : Acl.read(exchange.document(), identity, item.owner());
        Access.checkAcl(bucket, Optional.of(acl), exchange.header("x-amz-acl"));
        notifier.changed(exchange, bucket, item.blob().key(), () -> change(exchange, item, attributes -> attributes.put(Acl.ATTRIBUTE,
                Xml.text(acl.stored()))));
        exchange.answer(200);
    }

    void getTags(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:GetObjectTagging");
        Versioning.of(exchange.bucket()).tell(exchange, item.blob());
        exchange.answer(Xml.write(Tags.document(Tags.of(item.blob().attributes()))));
    }

    void putTags(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:PutObjectTagging");
        Map<String, String> tags = Tags.read(exchange.document(), false);
        notifier.changed(exchange, exchange.bucket(), item.blob().key(), () -> change(exchange, item, attributes -> attributes.put(Tags.ATTRIBUTE,
                Tags.store(tags))));
        exchange.answer(200);
    }

    void deleteTags(Exchange exchange) {
        Item item = finder.find(exchange, "s3:DeleteObjectTagging");
        notifier.changed(exchange, exchange.bucket(), item.blob().key(), () -> change(exchange, item, attributes -> attributes.remove(Tags.ATTRIBUTE)));
        exchange.answer(204);
    }

    void getRetention(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:GetObjectRetention");
        Locks.requireOn(exchange.bucket());
        String mode = required(item, Locks.MODE);
        exchange.answer(Xml.document("Retention").put("Mode", mode).put("RetainUntilDate", item.blob().attributes().get(Locks.UNTIL)));
    }

    void putRetention(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:PutObjectRetention");
        Locks.requireOn(exchange.bucket());
        Element document = exchange.document().as("Retention");
        Map<String, String> fresh = document.children().isEmpty() ? Map.of() : retention(document);
        boolean bypass = Locks.bypasses(exchange);
        change(exchange, item, attributes -> {
            Locks.requireChangeable(attributes, fresh, bypass, clock.instant());
            attributes.keySet().removeAll(List.of(Locks.MODE, Locks.UNTIL));
            attributes.putAll(fresh);
        });
        exchange.answer(200);
    }

    private Map<String, String> retention(Element document) {
        String mode = document.require("Mode");
        if (!mode.equals("GOVERNANCE") && !mode.equals("COMPLIANCE")) {
            throw S3Exception.malformedXml();
        }
        return Locks.retention(mode, document.require("RetainUntilDate"), clock.instant());
    }

    void getHold(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:GetObjectLegalHold");
        Locks.requireOn(exchange.bucket());
        exchange.answer(Xml.document("LegalHold").put("Status", required(item, Locks.HOLD)));
    }

    void putHold(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:PutObjectLegalHold");
        Locks.requireOn(exchange.bucket());
        String status = Locks.status(exchange.document().as("LegalHold").require("Status"));
        change(exchange, item, attributes -> attributes.put(Locks.HOLD, status));
        exchange.answer(200);
    }

    private static String required(Item item, String attribute) {
        String value = item.blob().attributes().get(attribute);
        if (value == null) {
            throw new S3Exception(404, "NoSuchObjectLockConfiguration", "The specified object does not have a ObjectLock configuration");
        }
        return value;
    }

    private Blob change(Exchange exchange, Item item, Consumer<Map<String, String>> change) {
        Blob changed = store.update(exchange.bucket().name(), item.blob().key(), item.blob().version(), old -> {
            Map<String, String> attributes = new HashMap<>(old);
            change.accept(attributes);
            return attributes;
        });
        Versioning.of(exchange.bucket()).tell(exchange, changed);
        return changed;
    }
}
