package org.kumiki.aws.s3;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Query;
import org.kumiki.api.identity.Identity;

/** What is in a bucket, page by page. */
final class Listings {

    private static final int PAGE = 1000;

    private final BlobStore store;
    private final Identity identity;

    Listings(BlobStore store, Identity identity) {
        this.store = store;
        this.identity = identity;
    }

    void first(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:ListBucket");
        String marker = exchange.param("marker").orElse("");
        int most = exchange.number("max-keys", PAGE, PAGE);
        String delimiter = exchange.param("delimiter").orElse("");
        Listing listing = list(exchange, marker, "", most, false);
        UnaryOperator<String> spelling = spelling(exchange);
        Xml xml = head(exchange, "ListBucketResult", name -> name, spelling).put("Marker", spelling.apply(marker)).put("MaxKeys", most);
        if (listing.truncated() && !delimiter.isEmpty()) {
            xml.put("NextMarker", spelling.apply(listing.last()));
        }
        xml.put("IsTruncated", listing.truncated());
        listing.blobs().forEach(blob -> contents(xml, new Item(blob), spelling, true));
        exchange.answer(groups(xml, listing, spelling));
    }

    void second(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:ListBucket");
        Optional<String> token = exchange.param("continuation-token");
        Optional<String> start = exchange.param("start-after");
        int most = exchange.number("max-keys", PAGE, PAGE);
        Listing listing = list(exchange, token.map(Listings::after).or(() -> start).orElse(""), "", most, false);
        UnaryOperator<String> spelling = spelling(exchange);
        boolean owner = exchange.param("fetch-owner").filter("true"::equalsIgnoreCase).isPresent();
        Xml xml = head(exchange, "ListBucketResult", spelling, spelling).put("MaxKeys", most)
                .put("KeyCount", listing.blobs().size() + listing.groups().size())
                .put("StartAfter", start.map(spelling)).put("ContinuationToken", token);
        if (listing.truncated()) {
            xml.put("NextContinuationToken", token(listing.last()));
        }
        xml.put("IsTruncated", listing.truncated());
        listing.blobs().forEach(blob -> contents(xml, new Item(blob), spelling, owner));
        exchange.answer(groups(xml, listing, spelling));
    }

    void versions(Exchange exchange) throws IOException {
        Access.require(exchange, "s3:ListBucketVersions");
        String marker = exchange.param("key-marker").orElse("");
        String versionMarker = exchange.param("version-id-marker").orElse("");
        if (marker.isEmpty() && !versionMarker.isEmpty()) {
            throw S3Exception.invalid("A version-id marker cannot be specified without a key marker.");
        }
        int most = exchange.number("max-keys", PAGE, PAGE);
        Listing listing = list(exchange, marker, versionMarker, most, true);
        UnaryOperator<String> spelling = spelling(exchange);
        Xml xml = head(exchange, "ListVersionsResult", spelling, spelling).put("KeyMarker", spelling.apply(marker)).put("VersionIdMarker", versionMarker)
                .put("MaxKeys", most);
        if (listing.truncated()) {
            xml.put("NextKeyMarker", spelling.apply(listing.last()));
            if (!listing.lastVersion().isEmpty()) {
                xml.put("NextVersionIdMarker", listing.lastVersion());
            }
        }
        xml.put("IsTruncated", listing.truncated());
        listing.blobs().forEach(blob -> version(xml, new Item(blob), spelling));
        exchange.answer(groups(xml, listing, spelling));
    }

    private Listing list(Exchange exchange, String after, String afterVersion, int most, boolean versions) {
        return most == 0 ? new Listing(List.of(), List.of(), false, "", "")
                : store.list(exchange.bucket().name(), new Query(exchange.param("prefix").orElse(""), exchange.param("delimiter").orElse(""), after,
                        afterVersion, most, versions));
    }

    /** @param prefix how to write it: clients read that of the first version of lists as it is, whatever encoding they asked for */
    private static Xml head(Exchange exchange, String root, UnaryOperator<String> prefix, UnaryOperator<String> spelling) {
        return Xml.document(root).put("Name", exchange.bucket().name()).put("Prefix", prefix.apply(exchange.param("prefix").orElse("")))
                .put("Delimiter", exchange.param("delimiter").filter(text -> !text.isEmpty()).map(spelling)).put("EncodingType", exchange.param("encoding-type"));
    }

    private static Xml groups(Xml xml, Listing listing, UnaryOperator<String> spelling) {
        listing.groups().forEach(group -> xml.open("CommonPrefixes").put("Prefix", spelling.apply(group)).close());
        return xml;
    }

    private void contents(Xml xml, Item item, UnaryOperator<String> spelling, boolean owner) {
        xml.open("Contents").put("Key", spelling.apply(item.blob().key())).put("LastModified", Time.iso(item.blob().modified()))
                .put("ETag", item.quotedEtag());
        facts(xml, item);
        if (owner) {
            xml.put(new Element("Owner", Acl.user(item.owner(), identity)));
        }
        xml.close();
    }

    private void version(Xml xml, Item item, UnaryOperator<String> spelling) {
        Blob blob = item.blob();
        xml.open(blob.marker() ? "DeleteMarker" : "Version").put("Key", spelling.apply(blob.key())).put("VersionId", blob.version())
                .put("IsLatest", blob.latest()).put("LastModified", Time.iso(blob.modified()));
        if (!blob.marker()) {
            xml.put("ETag", item.quotedEtag());
            facts(xml, item);
        }
        xml.put(new Element("Owner", Acl.user(item.owner(), identity))).close();
    }

    private static void facts(Xml xml, Item item) {
        item.checksum().ifPresent(sum -> xml.put("ChecksumAlgorithm", sum.algorithm()).put("ChecksumType", sum.type()));
        xml.put("Size", item.size()).put("StorageClass", item.storageClass());
    }

    /** How a request wants names to be written. */
    static UnaryOperator<String> spelling(Exchange exchange) {
        Optional<String> type = exchange.param("encoding-type");
        if (type.filter(name -> !name.equals("url")).isPresent()) {
            throw S3Exception.invalid("Invalid Encoding Method specified in Request").with("ArgumentName", "encoding-type");
        }
        return type.isPresent() ? name -> URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/").replace("*", "%2A") : name -> name;
    }

    static String token(String last) {
        return Base64.getUrlEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    static String after(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw S3Exception.invalid("The continuation token provided is incorrect");
        }
    }

    /** Uploads have no listing of their own in the store: this is one, of names that are in order. */
    static <T> Page<T> page(List<T> all, Function<T, String> name, String prefix, String delimiter, Predicate<T> after,
            int most) {
        List<T> shown = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        for (T one : all) {
            String text = name.apply(one);
            if (text.startsWith(prefix) && after.test(one)) {
                int cut = delimiter.isEmpty() ? -1 : text.indexOf(delimiter, prefix.length());
                String group = cut < 0 ? null : text.substring(0, cut + delimiter.length());
                if (group != null && groups.contains(group)) {
                    continue;
                }
                if (shown.size() + groups.size() == most) {
                    return new Page<>(shown, groups, true);
                }
                if (group != null) {
                    groups.add(group);
                } else {
                    shown.add(one);
                }
            }
        }
        return new Page<>(shown, groups, false);
    }

    /** Some of what there is, and whether there is more. */
    record Page<T>(List<T> shown, List<String> groups, boolean truncated) {
    }
}
