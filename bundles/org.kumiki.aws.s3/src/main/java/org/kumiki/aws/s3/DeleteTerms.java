package org.kumiki.aws.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import org.kumiki.api.blob.Blob;

/** What must be so of an object that is to be deleted. Of one that is not there, nothing need be. */
record DeleteTerms(Optional<String> etag, Optional<Instant> modified, Optional<String> size) {

    static DeleteTerms of(Exchange exchange) {
        return new DeleteTerms(exchange.header("if-match"), exchange.header("x-amz-if-match-last-modified-time").map(DeleteTerms::time),
                exchange.header("x-amz-if-match-size"));
    }

    static DeleteTerms of(Element object) {
        return new DeleteTerms(object.get("ETag"), object.get("LastModifiedTime").map(DeleteTerms::time), object.get("Size"));
    }

    private static Instant time(String text) {
        try {
            return text.endsWith("Z") ? Instant.parse(text) : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        } catch (DateTimeException e) {
            throw S3Exception.invalid("The time " + text + " cannot be read");
        }
    }

    boolean isNone() {
        return etag.isEmpty() && modified.isEmpty() && size.isEmpty();
    }

    void require(Optional<Blob> blob) {
        blob.map(Item::new).ifPresent(item -> {
            boolean same = etag.filter(tag -> !Terms.names(tag, item.etag())).isEmpty()
                    && modified.filter(time -> !time.truncatedTo(ChronoUnit.SECONDS).equals(item.blob().modified().truncatedTo(ChronoUnit.SECONDS))).isEmpty()
                    && size.filter(count -> !count.equals(Long.toString(item.size()))).isEmpty();
            if (!same) {
                throw S3Exception.preconditionFailed("If-Match");
            }
        });
    }
}
