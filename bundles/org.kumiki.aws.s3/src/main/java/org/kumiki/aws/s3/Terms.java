package org.kumiki.aws.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import org.kumiki.api.blob.Blob;
import org.kumiki.aws.wire.Memo;

/** The conditions that a request has for an object. Pure. */
record Terms(Optional<String> ifMatch, Optional<String> ifNoneMatch, Optional<String> ifModifiedSince, Optional<String> ifUnmodifiedSince) {

    /** What becomes of a read. */
    enum Outcome {
        GO_ON, NOT_MODIFIED, IF_MATCH_FAILED, IF_UNMODIFIED_FAILED
    }

    private static final DateTimeFormatter HTTP = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final Memo<Instant, String> SECONDS = new Memo<>(256, HTTP::format);

    /** @param prefix of the names of headers */
    static Terms of(Exchange exchange, String prefix) {
        return new Terms(exchange.header(prefix + "if-match"), exchange.header(prefix + "if-none-match"), exchange.header(prefix + "if-modified-since"),
                exchange.header(prefix + "if-unmodified-since"));
    }

    static String http(Instant time) {
        return SECONDS.get(time.truncatedTo(ChronoUnit.SECONDS));
    }

    Outcome of(String etag, Instant modified) {
        Instant second = modified.truncatedTo(ChronoUnit.SECONDS);
        if (ifMatch.isPresent()) {
            if (!names(ifMatch.get(), etag)) {
                return Outcome.IF_MATCH_FAILED;
            }
        } else if (ifUnmodifiedSince.flatMap(Terms::time).filter(second::isAfter).isPresent()) {
            return Outcome.IF_UNMODIFIED_FAILED;
        }
        if (ifNoneMatch.isPresent()) {
            return names(ifNoneMatch.get(), etag) ? Outcome.NOT_MODIFIED : Outcome.GO_ON;
        }
        return ifModifiedSince.flatMap(Terms::time).filter(time -> !second.isAfter(time)).isPresent() ? Outcome.NOT_MODIFIED : Outcome.GO_ON;
    }

    /** Of a read that is a source for a copy, for which there is no "not modified". */
    void requireForCopy(Item item) {
        Outcome outcome = of(item.etag(), item.blob().modified());
        if (outcome != Outcome.GO_ON) {
            throw S3Exception.preconditionFailed("x-amz-copy-source-If-*");
        }
    }

    /** Of a write, on what it would replace. */
    void requireForWrite(Optional<Blob> latest, String key) {
        Optional<Item> item = latest.filter(blob -> !blob.marker()).map(Item::new);
        if (ifNoneMatch.isPresent() && item.filter(known -> names(ifNoneMatch.get(), known.etag())).isPresent()) {
            throw S3Exception.preconditionFailed("If-None-Match");
        }
        if (ifMatch.isPresent()) {
            Item known = item.orElseThrow(() -> S3Exception.noSuchKey(key));
            if (!names(ifMatch.get(), known.etag())) {
                throw S3Exception.preconditionFailed("If-Match");
            }
        }
    }

    static boolean names(String header, String etag) {
        return Arrays.stream(header.split(",")).map(String::strip).map(tag -> tag.replaceAll("^(W/)?\"|\"$", ""))
                .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
    }

    private static Optional<Instant> time(String header) {
        try {
            return Optional.of(ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
