package org.kumiki.aws.s3;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a client says about the checksum of its body.
 *
 * @param value   in Base64; empty if it follows the body, or if it is for us to find
 * @param trailer whether it follows the body
 */
record ChecksumClaim(Algorithm algorithm, Optional<String> value, boolean trailer) {

    /** @param headers by name in lower case */
    static Optional<ChecksumClaim> of(Map<String, String> headers) {
        List<Algorithm> given = headers.keySet().stream().flatMap(name -> Algorithm.ofHeader(name).stream()).toList();
        Optional<String> trailer = Optional.ofNullable(headers.get("x-amz-trailer")).map(name -> name.strip().toLowerCase(Locale.ROOT));
        if (given.size() + (trailer.isPresent() ? 1 : 0) > 1) {
            throw S3Exception.invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        }
        if (trailer.isPresent()) {
            Algorithm algorithm = Algorithm.ofHeader(trailer.get()).orElseThrow(
                    () -> S3Exception.invalidRequest("The value specified in the x-amz-trailer header is not supported"));
            return Optional.of(new ChecksumClaim(algorithm, Optional.empty(), true));
        }
        Optional<Algorithm> named = Optional.ofNullable(headers.get("x-amz-sdk-checksum-algorithm")).map(Algorithm::named);
        if (given.isEmpty()) {
            return named.map(algorithm -> new ChecksumClaim(algorithm, Optional.empty(), false));
        }
        Algorithm algorithm = given.get(0);
        if (named.filter(other -> other != algorithm).isPresent()) {
            throw S3Exception.invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.");
        }
        String value = headers.get(algorithm.header());
        if (!algorithm.fits(value)) {
            throw S3Exception.invalidRequest("Value for " + algorithm.header() + " header is invalid.");
        }
        return Optional.of(new ChecksumClaim(algorithm, Optional.of(value), false));
    }
}
