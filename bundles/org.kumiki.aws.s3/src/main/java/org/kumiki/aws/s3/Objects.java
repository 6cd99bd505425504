package org.kumiki.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.identity.Identity;

import jakarta.servlet.ServletOutputStream;

/** Objects as a whole: put, get, delete. */
final class Objects {

    private static final long MAX_OBJECT = 5L * 1024 * 1024 * 1024;
    private static final int MAX_DOCUMENT = 2 * 1024 * 1024;
    private static final int MAX_DELETES = 1000;
    private static final Set<String> OVERRIDES = Set.of("response-content-type", "response-content-language", "response-expires",
            "response-cache-control", "response-content-disposition", "response-content-encoding");

    private final BlobStore store;
    private final Identity identity;
    private final MasterKey key;
    private final Clock clock;
    private final House house;
    private final Finder finder;

    Objects(BlobStore store, Identity identity, MasterKey key, Clock clock, House house) {
        this.store = store;
        this.identity = identity;
        this.key = key;
        this.clock = clock;
        this.house = house;
        this.finder = new Finder(store);
    }

    void put(Exchange exchange) throws IOException {
        Bucket bucket = exchange.bucket();
        Access.require(exchange, "s3:PutObject");
        Map<String, String> attributes = attributes(exchange, bucket, exchange.headers());
        Encryption encryption = Encryption.toWrite(exchange, bucket, key);
        Body body = exchange.content(Optional.empty());
        if (body.expected() > MAX_OBJECT) {
            throw new S3Exception(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
                    .with("MaxSizeAllowed", Long.toString(MAX_OBJECT)).with("ProposedSize", Long.toString(body.expected()));
        }
        Terms terms = Terms.of(exchange, "");
        Item item = put(exchange, exchange.key(), body, attributes, encryption, terms);
        exchange.set("ETag", item.quotedEtag());
        item.checksum().ifPresent(sum -> {
            exchange.set(sum.algorithm().header(), sum.value());
            exchange.set("x-amz-checksum-type", sum.type());
        });
        Encryption.tell(exchange, item.blob().attributes());
        house.tell(exchange, bucket, item.blob());
        exchange.answer(200);
    }

    /** Everything that is remembered of a new object but what its bytes say. */
    Map<String, String> attributes(Exchange exchange, Bucket bucket, Map<String, String> headers) {
        Optional<Acl> acl = Acl.ofHeaders(exchange, identity, exchange.caller().account().isPresent() ? exchange.caller().id()
                : bucket.attributes().get("owner"), bucket.attributes().get("owner"));
        Access.checkAcl(bucket, acl, exchange.header("x-amz-acl"));
        if (exchange.header("x-amz-object-lock-mode").isPresent()) {
            Access.require(exchange, "s3:PutObjectRetention");
        }
        if (exchange.header("x-amz-object-lock-legal-hold").isPresent()) {
            Access.require(exchange, "s3:PutObjectLegalHold");
        }
        Map<String, String> attributes = ObjectHeaders.read(headers);
        attributes.putAll(Access.ownership(exchange, bucket, acl));
        attributes.putAll(Locks.ofHeaders(exchange, bucket, clock.instant()));
        return attributes;
    }

    /** Takes a body in, and makes an object of it if it is what its client said. */
    Item put(Exchange exchange, String name, Body body, Map<String, String> attributes, Encryption encryption, Terms terms) throws IOException {
        Bucket bucket = exchange.bucket();
        String salt = encryption.salt();
        try (Room room = house.quotas().forObject(bucket, name, encryption.stored(body.expected()));
                Staged staged = store.stage(room.watch(encryption.seal(body, salt)))) {
            encryption.addTo(attributes);
            if (!encryption.isNone()) {
                attributes.put(Sealing.SALT, salt);
                attributes.put(Item.SIZE, Long.toString(body.size()));
            }
            attributes.put(Item.ETAG, encryption.etag(body.md5()));
            body.checksum().ifPresent(sum -> sum.addTo(attributes));
            return put(exchange, name, staged, attributes, terms);
        }
    }

    private Item put(Exchange exchange, String name, Staged staged, Map<String, String> attributes, Terms terms) {
        Bucket bucket = exchange.bucket();
        return new Item(house.notifier().made(exchange, bucket, name, attributes, () -> store.put(bucket.name(), name, List.of(staged), attributes,
                Versioning.of(bucket).keeping(), latest -> terms.requireForWrite(latest, name))));
    }

    /** Says what has been made. */
    void tell(Exchange exchange, Item item) {
        house.tell(exchange, exchange.bucket(), item.blob());
    }

    void get(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:GetObject");
        send(exchange, item, 200);
    }

    /** @param status of an answer with all of it */
    void send(Exchange exchange, Item item, int status) throws IOException {
        Encryption encryption = Encryption.toRead(exchange, item.blob().attributes(), key);
        ObjectHeaders.tell(exchange, item);
        Lifecycle.tell(exchange, exchange.bucket(), item.blob(), house.days());
        if (answeredByTerms(exchange, item)) {
            return;
        }
        Optional<Range> range = range(exchange, item);
        override(exchange);
        if (exchange.header("x-amz-checksum-mode").filter("ENABLED"::equalsIgnoreCase).isPresent()) {
            item.checksum().ifPresent(sum -> tell(exchange, item, sum, range.isPresent()));
        }
        range.ifPresent(part -> exchange.set("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + item.size()));
        exchange.response().setStatus(range.isPresent() ? 206 : status);
        Range wanted = range.orElse(new Range(0, item.size() - 1));
        exchange.response().setContentLengthLong(wanted.length());
        if (!exchange.method().equals("HEAD") && wanted.length() > 0) {
            // As buffers, which Jetty sends from where the store has them: copies of large objects cost more than all else.
            ServletOutputStream out = exchange.response().getOutputStream();
            new Content(store, item, encryption).read(wanted, out::write);
        }
    }

    /** That of the whole, or of the part that is asked for by its number; there is none of other ranges. */
    private static void tell(Exchange exchange, Item item, StoredChecksum sum, boolean range) {
        Optional<String> part = exchange.param("partNumber").filter(number -> !item.parts().isEmpty())
                .map(number -> item.parts().get(Integer.parseInt(number) - 1).checksum());
        if (!range || part.filter(value -> !value.isEmpty()).isPresent()) {
            exchange.set(sum.algorithm().header(), part.orElse(sum.value()));
            exchange.set("x-amz-checksum-type", sum.type());
        }
    }

    private static boolean answeredByTerms(Exchange exchange, Item item) {
        return switch (Terms.of(exchange, "").of(item.etag(), item.blob().modified())) {
            case GO_ON -> false;
            case NOT_MODIFIED -> {
                exchange.response().setStatus(304);
                yield true;
            }
            case IF_MATCH_FAILED -> throw S3Exception.preconditionFailed("If-Match");
            case IF_UNMODIFIED_FAILED -> throw S3Exception.preconditionFailed("If-Unmodified-Since");
        };
    }

    private static Optional<Range> range(Exchange exchange, Item item) {
        Optional<String> header = exchange.header("range");
        Optional<String> number = exchange.param("partNumber");
        if (number.isEmpty()) {
            return header.flatMap(text -> Range.of(text, item.size()));
        }
        if (header.isPresent()) {
            throw S3Exception.invalidRequest("Cannot specify both Range header and partNumber query parameter");
        }
        int wanted = exchange.number("partNumber", 1, 10_000);
        List<Piece> parts = item.parts();
        if (parts.isEmpty() && wanted == 1) {
            return item.size() == 0 ? Optional.empty() : Optional.of(new Range(0, item.size() - 1));
        }
        exchange.set("x-amz-mp-parts-count", Integer.toString(parts.size()));
        long begin = 0;
        for (int i = 0; i < parts.size(); i++) {
            if (i + 1 == wanted) {
                return Optional.of(new Range(begin, begin + parts.get(i).size() - 1));
            }
            begin += parts.get(i).size();
        }
        throw new S3Exception(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
                .with("ActualPartCount", Integer.toString(Math.max(1, parts.size())));
    }

    private static void override(Exchange exchange) {
        for (String name : OVERRIDES) {
            exchange.param(name).ifPresent(value -> {
                if (exchange.caller().account().isEmpty()) {
                    throw S3Exception.invalidRequest("Request specific response headers cannot be used for anonymous GET requests.");
                }
                exchange.set(name.substring("response-".length()), value.replaceAll("[\r\n]", " "));
            });
        }
    }

    void attributes(Exchange exchange) throws IOException {
        Item item = finder.find(exchange, "s3:GetObject");
        Encryption.toRead(exchange, item.blob().attributes(), key);
        List<String> wanted = List.of(exchange.header("x-amz-object-attributes")
                .orElseThrow(() -> S3Exception.invalid("Missing required header for this request: x-amz-object-attributes")).split("\\s*,\\s*"));
        exchange.set("Last-Modified", Terms.http(item.blob().modified()));
        Versioning.of(exchange.bucket()).tell(exchange, item.blob());
        Xml xml = Xml.document("GetObjectAttributesResponse");
        if (wanted.contains("ETag")) {
            xml.put("ETag", item.etag());
        }
        if (wanted.contains("Checksum") && item.checksum().isPresent()) {
            StoredChecksum sum = item.checksum().get();
            xml.open("Checksum").put(sum.algorithm().element(), sum.value()).put("ChecksumType", sum.type()).close();
        }
        if (wanted.contains("ObjectParts") && !item.parts().isEmpty()) {
            parts(exchange, item, xml);
        }
        if (wanted.contains("StorageClass")) {
            xml.put("StorageClass", item.storageClass());
        }
        if (wanted.contains("ObjectSize")) {
            xml.put("ObjectSize", item.size());
        }
        exchange.answer(xml);
    }

    private static void parts(Exchange exchange, Item item, Xml xml) {
        int marker = header(exchange, "x-amz-part-number-marker", 0);
        int most = Math.min(1000, header(exchange, "x-amz-max-parts", 1000));
        List<Piece> after = item.parts().stream().filter(piece -> piece.number() > marker).toList();
        List<Piece> shown = after.subList(0, Math.min(most, after.size()));
        xml.open("ObjectParts").put("PartsCount", item.parts().size()).put("PartNumberMarker", marker)
                .put("NextPartNumberMarker", shown.isEmpty() ? 0 : shown.get(shown.size() - 1).number())
                .put("MaxParts", most).put("IsTruncated", shown.size() < after.size());
        for (Piece piece : shown) {
            xml.open("Part").put("PartNumber", piece.number()).put("Size", piece.size());
            item.checksum().filter(sum -> !piece.checksum().isEmpty()).ifPresent(sum -> xml.put(sum.algorithm().element(), piece.checksum()));
            xml.close();
        }
        xml.close();
    }

    private static int header(Exchange exchange, String name, int otherwise) {
        try {
            return exchange.header(name).map(Integer::parseUnsignedInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw S3Exception.invalid("The header " + name + " must be a number");
        }
    }

    void delete(Exchange exchange) {
        Optional<Blob> deleted = delete(exchange, exchange.key(), exchange.param("versionId"), DeleteTerms.of(exchange));
        deleted.ifPresent(blob -> {
            Versioning.of(exchange.bucket()).tell(exchange, blob);
            if (blob.marker()) {
                exchange.set("x-amz-delete-marker", "true");
            }
        });
        exchange.answer(204);
    }

    /** @return the version that is gone, or the marker that came */
    private Optional<Blob> delete(Exchange exchange, String name, Optional<String> version, DeleteTerms terms) {
        Bucket bucket = exchange.bucket();
        Access.require(exchange, version.isPresent() ? "s3:DeleteObjectVersion" : "s3:DeleteObject", bucket, name, Optional.empty());
        Versioning versioning = Versioning.of(bucket);
        if (version.isEmpty() && versioning != Versioning.NEVER) {
            if (!terms.isNone() && store.find(bucket.name(), name).isEmpty()) {
                return Optional.empty(); // of what is not there nothing need be, and nothing is to be hidden
            }
            return removed(exchange, EventType.MARK, name,
                    () -> Optional.of(store.mark(bucket.name(), name, versioning.keeping(), terms::require)));
        }
        boolean bypass = Locks.bypasses(exchange);
        return removed(exchange, EventType.DELETE, name, () -> store.delete(bucket.name(), name, version.orElse(Blob.ONLY), blob -> {
            terms.require(Optional.of(blob));
            Locks.requireDeletable(blob, bypass, clock.instant());
        }));
    }

    private Optional<Blob> removed(Exchange exchange, EventType type, String name, Supplier<Optional<Blob>> change) {
        return house.notifier().removed(() -> Event.Cause.of(exchange), exchange.bucket(), type, name, change);
    }

    void deleteSeveral(Exchange exchange) throws IOException {
        Bucket bucket = exchange.bucket();
        Body body = exchange.body();
        Element document = XmlReader.read(body.whole(MAX_DOCUMENT)).as("Delete");
        if (!body.isChecked()) {
            throw S3Exception.invalidRequest("Missing required header for this request: Content-MD5");
        }
        List<Element> wanted = document.all("Object");
        if (wanted.isEmpty() || wanted.size() > MAX_DELETES) {
            throw S3Exception.malformedXml();
        }
        boolean quiet = document.get("Quiet").filter("true"::equalsIgnoreCase).isPresent();
        Versioning versioning = Versioning.of(bucket);
        Xml xml = Xml.document("DeleteResult");
        for (Element object : wanted) {
            String name = object.require("Key");
            Optional<String> version = object.get("VersionId").filter(id -> !id.isEmpty());
            try {
                Optional<Blob> deleted = delete(exchange, name, version, DeleteTerms.of(object));
                if (!quiet) {
                    xml.open("Deleted").put("Key", name).put("VersionId", version);
                    deleted.filter(Blob::marker).ifPresent(marker -> xml.put("DeleteMarker", true).put("DeleteMarkerVersionId", marker.version()));
                    xml.close();
                }
            } catch (S3Exception e) {
                xml.open("Error").put("Key", name).put("VersionId", version).put("Code", e.code()).put("Message", e.getMessage()).close();
            }
        }
        exchange.answer(xml);
    }

    void copy(Exchange exchange) throws IOException {
        Bucket bucket = exchange.bucket();
        Access.require(exchange, "s3:PutObject");
        CopySource source = CopySource.of(exchange, store, finder);
        Item from = source.item();
        Terms.of(exchange, "x-amz-copy-source-").requireForCopy(from);
        boolean fresh = directive(exchange, "x-amz-metadata-directive").equals("REPLACE");
        Encryption reading = Encryption.toRead(exchange, "x-amz-copy-source-server-side-encryption-customer-", from.blob().attributes(), key);
        Encryption writing = Encryption.toWrite(exchange, bucket, key);
        Map<String, String> attributes = attributes(exchange, bucket, exchange.headers());
        if (source.isItself(bucket, exchange.key()) && !fresh && writing.equals(reading) && exchange.header("x-amz-storage-class").isEmpty()
                && exchange.header("x-amz-website-redirect-location").isEmpty()) {
            throw S3Exception.invalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's "
                    + "metadata, storage class, website redirect location or encryption attributes.");
        }
        if (!fresh) {
            attributes.keySet().removeIf(name -> name.startsWith(Item.META)
                    || name.startsWith(Item.HEADER) && !name.equals(Item.HEADER + "x-amz-storage-class"));
            from.headers().forEach((name, value) -> {
                if (!name.equals("x-amz-storage-class") && !name.equals("x-amz-website-redirect-location")) {
                    attributes.put(Item.HEADER + name, value);
                }
            });
            from.metadata().forEach((name, value) -> attributes.put(Item.META + name, value));
        }
        if (directive(exchange, "x-amz-tagging-directive").equals("COPY")) {
            attributes.remove(Tags.ATTRIBUTE);
            Optional.ofNullable(from.blob().attributes().get(Tags.ATTRIBUTE)).ifPresent(tags -> attributes.put(Tags.ATTRIBUTE, tags));
        }
        Optional<Algorithm> wanted = exchange.header("x-amz-checksum-algorithm").map(Algorithm::named);
        Item item = copy(exchange, from, reading, writing, attributes, wanted);
        source.tell(exchange);
        Encryption.tell(exchange, item.blob().attributes());
        house.tell(exchange, bucket, item.blob());
        Xml xml = Xml.document("CopyObjectResult").put("LastModified", Time.iso(item.blob().modified())).put("ETag", item.quotedEtag());
        item.checksum().ifPresent(sum -> sum.write(xml));
        exchange.answer(xml);
    }

    private Item copy(Exchange exchange, Item from, Encryption reading, Encryption writing, Map<String, String> attributes, Optional<Algorithm> wanted)
            throws IOException {
        Terms terms = Terms.of(exchange, "");
        Optional<StoredChecksum> known = from.checksum().filter(sum -> !sum.composite());
        boolean same = reading.isNone() && writing.isNone() && from.parts().isEmpty()
                && (wanted.isEmpty() || known.filter(sum -> sum.algorithm() == wanted.get()).isPresent());
        if (!same) {
            Optional<Algorithm> algorithm = wanted.or(() -> from.checksum().map(StoredChecksum::algorithm));
            InputStream stream = new Content(store, from, reading).stream(new Range(0, from.size() - 1));
            return put(exchange, exchange.key(), Body.plain(stream, from.size(), algorithm), attributes, writing, terms);
        }
        attributes.put(Item.ETAG, from.etag());
        known.ifPresent(sum -> sum.addTo(attributes));
        long size = from.blob().size();
        return house.quotas().forObject(exchange.bucket(), exchange.key(), size).during(() -> {
            try (Staged staged = store.stage(from.blob(), 0, size)) {
                return put(exchange, exchange.key(), staged, attributes, terms);
            }
        });
    }

    private static String directive(Exchange exchange, String name) {
        String directive = exchange.header(name).orElse("COPY");
        if (!directive.equals("COPY") && !directive.equals("REPLACE")) {
            throw S3Exception.invalid("Unknown metadata directive.");
        }
        return directive;
    }
}
