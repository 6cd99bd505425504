package org.kumiki.aws.s3;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of an object, with both ends. */
record Range(long first, long last) {

    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * What a header asks for. One that cannot be read asks for nothing, as in HTTP.
     *
     * @throws S3Exception InvalidRange if there is no such part
     */
    static Optional<Range> of(String header, long size) {
        Matcher matcher = ONE.matcher(header.strip());
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            return Optional.empty();
        }
        long first;
        long last = size - 1;
        if (matcher.group(1).isEmpty()) {
            long count = Long.parseLong(matcher.group(2));
            first = count == 0 ? size : Math.max(0, size - count);
        } else {
            first = Long.parseLong(matcher.group(1));
            if (!matcher.group(2).isEmpty()) {
                long end = Long.parseLong(matcher.group(2));
                if (end < first) {
                    return Optional.empty();
                }
                last = Math.min(last, end);
            }
        }
        if (first >= size) {
            throw new S3Exception(416, "InvalidRange", "The requested range is not satisfiable").with("RangeRequested", header)
                    .with("ActualObjectSize", Long.toString(size)).header("Content-Range", "bytes */" + size);
        }
        return Optional.of(new Range(first, last));
    }

    /** Of a part that is copied: both ends must be there. */
    static Range toCopy(String header, long size) {
        Matcher matcher = ONE.matcher(header);
        if (!matcher.matches() || matcher.group(1).isEmpty() || matcher.group(2).isEmpty()) {
            throw S3Exception.invalid("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based "
                    + "offsets of the first and last bytes to copy");
        }
        Range range = new Range(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
        if (range.last < range.first || range.last >= size) {
            throw new S3Exception(416, "InvalidRange", "Range specified is not valid for source object of size: " + size);
        }
        return range;
    }

    long length() {
        return last - first + 1;
    }
}
