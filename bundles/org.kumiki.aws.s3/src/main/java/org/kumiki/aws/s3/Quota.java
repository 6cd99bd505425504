package org.kumiki.aws.s3;

import java.util.Optional;

import org.kumiki.api.blob.Bucket;

/**
 * How much may be kept, in a bucket or in all of an account.
 *
 * @param bytes   as {@link org.kumiki.api.blob.Usage} counts them
 * @param objects all versions, without markers
 */
record Quota(Optional<Long> bytes, Optional<Long> objects) {

    /** The attribute of a bucket that has one. */
    static final String ATTRIBUTE = "quota";
    private static final String NONE = "-";

    static Optional<Quota> of(Bucket bucket) {
        return Optional.ofNullable(bucket.attributes().get(ATTRIBUTE)).map(Quota::parse);
    }

    boolean isNone() {
        return bytes.isEmpty() && objects.isEmpty();
    }

    String stored() {
        return text(bytes) + " " + text(objects);
    }

    static Quota parse(String stored) {
        String[] parts = stored.split(" ", 2);
        return new Quota(number(parts[0]), number(parts[1]));
    }

    private static String text(Optional<Long> number) {
        return number.map(String::valueOf).orElse(NONE);
    }

    private static Optional<Long> number(String text) {
        return text.equals(NONE) ? Optional.empty() : Optional.of(Long.parseLong(text));
    }
}
