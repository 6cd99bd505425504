package org.kumiki.aws.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Part;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.blob.Upload;
import org.kumiki.api.identity.Identity;

/** Objects that are brought part by part. */
final class Uploads {

    private static final int PAGE = 1000;
    private static final int MOST_PARTS = 10_000;
    private static final long LEAST = 5L * 1024 * 1024;
    private static final String ALGORITHM = "upload.algorithm";
    private static final String TYPE = "upload.type";
    private static final String INITIATOR = "upload.initiator";
    private static final String ID = "upload.id";
    private static final String MD5 = "md5";

    private final BlobStore store;
    private final Identity identity;
    private final MasterKey key;
    private final Objects objects;
    private final House house;
    private final Finder finder;

    Uploads(BlobStore store, Identity identity, MasterKey key, Objects objects, House house) {
        this.store = store;
        this.identity = identity;
        this.key = key;
        this.objects = objects;
        this.house = house;
        this.finder = new Finder(store);
    }

    void create(Exchange exchange) throws IOException {
        Bucket bucket = exchange.bucket();
        Access.require(exchange, "s3:PutObject");
        Map<String, String> attributes = objects.attributes(exchange, bucket, exchange.headers());
        Encryption.toWrite(exchange, bucket, key).addTo(attributes);
        Optional<Algorithm> algorithm = exchange.header("x-amz-checksum-algorithm").map(Algorithm::named);
        Optional<String> type = exchange.header("x-amz-checksum-type");
        algorithm.ifPresent(name -> {
            attributes.put(ALGORITHM, name.name());
            attributes.put(TYPE, type(name, type));
        });
        if (algorithm.isEmpty() && type.isPresent()) {
            throw S3Exception.invalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
        }
        attributes.put(INITIATOR, exchange.caller().id());
        Upload upload = store.begin(bucket.name(), exchange.key(), attributes);
        Encryption.tell(exchange, attributes);
        algorithm.ifPresent(name -> {
            exchange.set("x-amz-checksum-algorithm", name.name());
            exchange.set("x-amz-checksum-type", attributes.get(TYPE));
        });
        exchange.answer(Xml.document("InitiateMultipartUploadResult").put("Bucket", bucket.name()).put("Key", exchange.key()).put("UploadId", upload.id()));
    }

    private static String type(Algorithm algorithm, Optional<String> asked) {
        String type = asked.orElse(algorithm == Algorithm.CRC64NVME ? "FULL_OBJECT" : "COMPOSITE");
        boolean possible = switch (type) {
            case "FULL_OBJECT" -> algorithm.combines();
            case "COMPOSITE" -> algorithm != Algorithm.CRC64NVME;
            default -> throw S3Exception.invalidRequest("Value for x-amz-checksum-type header is invalid.");
        };
        if (!possible) {
            throw S3Exception.invalidRequest("The " + type + " checksum type cannot be used with the " + algorithm + " checksum algorithm.");
        }
        return type;
    }

    void put(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:PutObject");
        Upload upload = upload(exchange);
        int number = number(exchange);
        Encryption encryption = Encryption.toRead(exchange, upload.attributes(), key);
        Body body = exchange.content(algorithm(upload));
        Part part = put(exchange, upload, number, body, encryption);
        exchange.set("ETag", "\"" + part.attributes().get(Item.ETAG) + "\"");
        body.checksum().ifPresent(sum -> exchange.set(sum.algorithm().header(), sum.value()));
        Encryption.tell(exchange, upload.attributes());
        exchange.answer(200);
    }

    private Part put(Exchange exchange, Upload upload, int number, Body body, Encryption encryption) throws IOException {
        String salt = encryption.salt();
        try (Room room = house.quotas().forPart(exchange.bucket(), encryption.stored(body.expected()));
                Staged staged = store.stage(room.watch(encryption.seal(body, salt)))) {
            Optional<StoredChecksum> checksum = body.checksum();
            Optional<String> wanted = Optional.ofNullable(upload.attributes().get(ALGORITHM));
            if (wanted.isPresent() && checksum.isPresent() && !checksum.get().algorithm().name().equals(wanted.get())) {
                throw S3Exception.invalidRequest("Checksum Type mismatch occurred, expected checksum Type: " + wanted.get().toLowerCase(Locale.ROOT)
                        + ", actual checksum Type: " + checksum.get().algorithm().name().toLowerCase(Locale.ROOT));
            }
            Map<String, String> attributes = new HashMap<>();
            attributes.put(Item.SIZE, Long.toString(body.size()));
            attributes.put(Item.ETAG, encryption.etag(body.md5()));
            attributes.put(MD5, body.md5());
            if (!salt.isEmpty()) {
                attributes.put(Sealing.SALT, salt);
                attributes.put(MD5, attributes.get(Item.ETAG)); // what is encrypted shall not be known by its hash
            }
            checksum.ifPresent(sum -> sum.addTo(attributes));
            return store.put(upload, number, staged, attributes);
        }
    }

    void copy(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:PutObject");
        Upload upload = upload(exchange);
        int number = number(exchange);
        CopySource source = CopySource.of(exchange, store, finder);
        Item from = source.item();
        Terms.of(exchange, "x-amz-copy-source-").requireForCopy(from);
        Range range = exchange.header("x-amz-copy-source-range").map(text -> Range.toCopy(text, from.size())).orElse(new Range(0, from.size() - 1));
        Encryption reading = Encryption.toRead(exchange, "x-amz-copy-source-server-side-encryption-customer-", from.blob().attributes(), key);
        Encryption writing = Encryption.toRead(exchange, upload.attributes(), key);
        InputStream stream = new Content(store, from, reading).stream(range);
        Part part = put(exchange, upload, number, Body.plain(stream, range.length(), algorithm(upload)), writing);
        source.tell(exchange);
        Encryption.tell(exchange, upload.attributes());
        Xml xml = Xml.document("CopyPartResult").put("LastModified", Time.iso(part.modified())).put("ETag", "\"" + part.attributes().get(Item.ETAG) + "\"");
        checksum(part).ifPresent(sum -> xml.put(sum.algorithm().element(), sum.value()));
        exchange.answer(xml);
    }

    private static Optional<Algorithm> algorithm(Upload upload) {
        return Optional.ofNullable(upload.attributes().get(ALGORITHM)).map(Algorithm::valueOf);
    }

    private static Optional<StoredChecksum> checksum(Part part) {
        return StoredChecksum.of(part.attributes());
    }

    private Upload upload(Exchange exchange) {
        String id = exchange.param("uploadId").orElse("");
        return store.upload(exchange.bucket().name(), exchange.key(), id).orElseThrow(() -> S3Exception.noSuchUpload(id));
    }

    private static int number(Exchange exchange) {
        int number = exchange.number("partNumber", 0, Integer.MAX_VALUE);
        if (number < 1 || number > MOST_PARTS) {
            throw S3Exception.invalid("Part number must be an integer between 1 and 10000, inclusive").with("ArgumentName", "partNumber")
                    .with("ArgumentValue", Integer.toString(number));
        }
        return number;
    }

    void abort(Exchange exchange) {
        Access.require(exchange, "s3:AbortMultipartUpload");
        store.abort(upload(exchange));
        exchange.answer(204);
    }

    void parts(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:ListMultipartUploadParts");
        Upload upload = upload(exchange);
        int marker = exchange.number("part-number-marker", 0, Integer.MAX_VALUE);
        int most = exchange.number("max-parts", PAGE, PAGE);
        List<Part> after = store.parts(upload).stream().filter(part -> part.number() > marker).toList();
        List<Part> shown = after.subList(0, Math.min(most, after.size()));
        Xml xml = Xml.document("ListPartsResult").put("Bucket", upload.bucket()).put("Key", upload.key()).put("UploadId", upload.id())
                .put(new Element("Initiator", Acl.user(upload.attributes().getOrDefault(INITIATOR, ""), identity)))
                .put(new Element("Owner", Acl.user(upload.attributes().getOrDefault("owner", ""), identity)))
                .put("StorageClass", new Item(blob(upload)).storageClass()).put("PartNumberMarker", marker)
                .put("NextPartNumberMarker", shown.isEmpty() ? 0 : shown.get(shown.size() - 1).number()).put("MaxParts", most)
                .put("IsTruncated", shown.size() < after.size()).put("ChecksumAlgorithm", upload.attributes().get(ALGORITHM))
                .put("ChecksumType", upload.attributes().get(TYPE));
        for (Part part : shown) {
            xml.open("Part").put("PartNumber", part.number()).put("LastModified", Time.iso(part.modified()))
                    .put("ETag", "\"" + part.attributes().get(Item.ETAG) + "\"").put("Size", part.attributes().get(Item.SIZE));
            checksum(part).ifPresent(sum -> xml.put(sum.algorithm().element(), sum.value()));
            xml.close();
        }
        exchange.answer(xml);
    }

    /** What the object would be if it were complete. */
    private static Blob blob(Upload upload) {
        return new Blob(upload.bucket(), upload.key(), Blob.ONLY, upload.begun(), 0, false, false, upload.attributes());
    }

    void list(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:ListBucketMultipartUploads");
        String marker = exchange.param("key-marker").orElse("");
        String idMarker = marker.isEmpty() ? "" : exchange.param("upload-id-marker").orElse("");
        String prefix = exchange.param("prefix").orElse("");
        String delimiter = exchange.param("delimiter").orElse("");
        int most = exchange.number("max-uploads", PAGE, PAGE);
        List<Upload> all = store.uploads(exchange.bucket().name());
        Listings.Page<Upload> page = Listings.page(all, Upload::key, prefix, delimiter, after(all, marker, idMarker), most);
        UnaryOperator<String> spelling = Listings.spelling(exchange);
        Xml xml = Xml.document("ListMultipartUploadsResult").put("Bucket", exchange.bucket().name()).put("KeyMarker", spelling.apply(marker))
                .put("UploadIdMarker", idMarker).put("Prefix", spelling.apply(prefix)).put("Delimiter", delimiter.isEmpty() ? null : spelling.apply(delimiter))
                .put("EncodingType", exchange.param("encoding-type"));
        if (page.truncated() && !page.shown().isEmpty()) {
            Upload last = page.shown().get(page.shown().size() - 1);
            xml.put("NextKeyMarker", spelling.apply(last.key())).put("NextUploadIdMarker", last.id());
        }
        xml.put("MaxUploads", most).put("IsTruncated", page.truncated());
        for (Upload upload : page.shown()) {
            xml.open("Upload").put("Key", spelling.apply(upload.key())).put("UploadId", upload.id())
                    .put(new Element("Initiator", Acl.user(upload.attributes().getOrDefault(INITIATOR, ""), identity)))
                    .put(new Element("Owner", Acl.user(upload.attributes().getOrDefault("owner", ""), identity)))
                    .put("StorageClass", new Item(blob(upload)).storageClass()).put("Initiated", Time.iso(upload.begun()))
                    .put("ChecksumAlgorithm", upload.attributes().get(ALGORITHM)).put("ChecksumType", upload.attributes().get(TYPE)).close();
        }
        page.groups().forEach(group -> xml.open("CommonPrefixes").put("Prefix", spelling.apply(group)).close());
        exchange.answer(xml);
    }

    /** Keys after the marker; of the same key only uploads that come after the one that is named. */
    private static Predicate<Upload> after(List<Upload> all, String marker, String idMarker) {
        List<String> ids = all.stream().filter(upload -> upload.key().equals(marker)).map(Upload::id).toList();
        int known = ids.indexOf(idMarker);
        return upload -> marker.isEmpty() || compare(upload.key(), marker) > 0
                || known >= 0 && upload.key().equals(marker) && ids.indexOf(upload.id()) > known;
    }

    /** In the order of bytes in UTF-8, as stores have it. */
    private static int compare(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8),
                other.getBytes(StandardCharsets.UTF_8));
    }

    void complete(Exchange exchange) throws IOException {
        Bucket bucket = exchange.bucket();
        Access.require(exchange, "s3:PutObject");
        List<Element> wanted = exchange.documentAlone().as("CompleteMultipartUpload").all("Part");
        if (wanted.isEmpty()) {
            throw S3Exception.malformedXml();
        }
        Optional<Blob> before = completedBefore(exchange, bucket);
        if (before.isPresent()) {
            tell(exchange, bucket, new Item(before.get()));
            return;
        }
        Upload upload = upload(exchange);
        List<Part> parts = choose(wanted, store.parts(upload));
        Map<String, String> attributes = new HashMap<>(upload.attributes());
        attributes.keySet().removeAll(List.of(ALGORITHM, TYPE, INITIATOR));
        checksum(exchange, upload, parts).ifPresent(sum -> sum.addTo(attributes));
        attributes.put(ID, upload.id());
        attributes.put(Item.ETAG, etag(parts));
        attributes.put(Item.PARTS, Piece.store(pieces(parts)));
        long size = parts.stream().mapToLong(Uploads::size).sum();
        if (Encryption.isIn(attributes)) {
            attributes.put(Item.SIZE, Long.toString(size));
        }
        if (exchange.header("x-amz-mp-object-size").filter(given -> !given.equals(Long.toString(size))).isPresent()) {
            throw S3Exception.invalidRequest("The provided 'x-amz-mp-object-size' header value does not match what was computed.");
        }
        Terms terms = Terms.of(exchange, "");
        Blob blob = house.quotas().forCompletion(bucket, upload.key()).during(() -> house.notifier().made(exchange, bucket, upload.key(), attributes,
                () -> store.complete(upload, parts, attributes, Versioning.of(bucket).keeping(),
                        latest -> terms.requireForWrite(latest, exchange.key()))));
        tell(exchange, bucket, new Item(blob));
    }

    /** A client that has not heard the answer asks again. */
    private Optional<Blob> completedBefore(Exchange exchange, Bucket bucket) {
        String id = exchange.param("uploadId").orElse("");
        return store.upload(bucket.name(), exchange.key(), id).isPresent() ? Optional.empty()
                : store.find(bucket.name(), exchange.key()).filter(blob -> id.equals(blob.attributes().get(ID)));
    }

    private void tell(Exchange exchange, Bucket bucket, Item item) throws IOException {
        house.tell(exchange, bucket, item.blob());
        Encryption.tell(exchange, item.blob().attributes());
        Xml xml = Xml.document("CompleteMultipartUploadResult")
                .put("Location", exchange.request().getRequestURL().toString()).put("Bucket", bucket.name()).put("Key", exchange.key())
                .put("ETag", item.quotedEtag());
        item.checksum().ifPresent(sum -> sum.write(xml));
        exchange.answer(xml);
    }

    /** Those of the parts that were brought that a client names, if it may be an object of them. */
    private static List<Part> choose(List<Element> wanted, List<Part> brought) {
        Map<Integer, Part> known = brought.stream().collect(Collectors.toMap(Part::number, Function.identity()));
        List<Part> parts = new ArrayList<>();
        int last = 0;
        for (Element element : wanted) {
            int number = integer(element.require("PartNumber"));
            if (number <= last) {
                throw new S3Exception(400, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.");
            }
            last = number;
            parts.add(choose(element, known.get(number)));
        }
        for (Part part : parts.subList(0, parts.size() - 1)) {
            if (size(part) < LEAST) {
                throw new S3Exception(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
                        .with("ProposedSize", Long.toString(size(part))).with("MinSizeAllowed", Long.toString(LEAST))
                        .with("PartNumber", Integer.toString(part.number()));
            }
        }
        return parts;
    }

    private static Part choose(Element element, Part part) {
        String etag = element.require("ETag").replace("\"", "");
        boolean right = part != null && etag.equals(part.attributes().get(Item.ETAG)) && checksum(part)
                .flatMap(sum -> element.get(sum.algorithm().element()).map(value -> value.equals(sum.value()))).orElse(true);
        if (!right) {
            throw new S3Exception(400, "InvalidPart", "One or more of the specified parts could not be found. The part may not have been uploaded, or the "
                    + "specified entity tag may not match the part's entity tag.");
        }
        return part;
    }

    private static int integer(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw S3Exception.malformedXml();
        }
    }

    private static long size(Part part) {
        return Long.parseLong(part.attributes().get(Item.SIZE));
    }

    /** The hash of the hashes of all parts, and how many they are. */
    private static String etag(List<Part> parts) {
        Algorithm.Sum sum = Algorithm.digest("MD5");
        for (Part part : parts) {
            byte[] md5 = HexFormat.of().parseHex(part.attributes().get(MD5));
            sum.update(md5, 0, md5.length);
        }
        return HexFormat.of().formatHex(sum.value()) + "-" + parts.size();
    }

    private static List<Piece> pieces(List<Part> parts) {
        return parts.stream().map(part -> new Piece(part.number(), size(part), part.attributes().getOrDefault(Sealing.SALT, ""),
                checksum(part).map(StoredChecksum::value).orElse(""))).toList();
    }

    /** That of the whole, as it was agreed on when the upload began. */
    private static Optional<StoredChecksum> checksum(Exchange exchange, Upload upload, List<Part> parts) {
        Optional<Algorithm> algorithm = algorithm(upload);
        if (algorithm.isEmpty() || parts.stream().anyMatch(part -> checksum(part).isEmpty())) {
            return Optional.empty();
        }
        StoredChecksum sum = upload.attributes().get(TYPE).equals("COMPOSITE") ? composite(algorithm.get(), parts) : full(algorithm.get(), parts);
        if (exchange.header(algorithm.get().header()).filter(given -> !given.replaceFirst("-\\d+$", "").equals(sum.value().replaceFirst("-\\d+$", "")))
                .isPresent()) {
            throw new S3Exception(400, "BadDigest", "The " + algorithm.get() + " you specified did not match the calculated checksum.");
        }
        return Optional.of(sum);
    }

    static StoredChecksum composite(Algorithm algorithm, List<Part> parts) {
        Algorithm.Sum sum = algorithm.begin();
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        parts.forEach(part -> values.writeBytes(value(part)));
        sum.update(values.toByteArray(), 0, values.size());
        return new StoredChecksum(algorithm, Base64.getEncoder().encodeToString(sum.value()) + "-" + parts.size(), true);
    }

    static StoredChecksum full(Algorithm algorithm, List<Part> parts) {
        byte[] value = algorithm.ofNothing();
        for (Part part : parts) {
            value = algorithm.combine(value, value(part), size(part));
        }
        return new StoredChecksum(algorithm, Base64.getEncoder().encodeToString(value), false);
    }

    private static byte[] value(Part part) {
        return Base64.getDecoder().decode(checksum(part).orElseThrow().value());
    }
}
