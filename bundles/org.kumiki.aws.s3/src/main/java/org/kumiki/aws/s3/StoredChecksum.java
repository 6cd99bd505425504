package org.kumiki.aws.s3;

import java.util.Map;
import java.util.Optional;

/**
 * A checksum that is given back.
 *
 * @param value     in Base64; with the number of parts behind a dash if it is made of their checksums
 * @param composite whether it is
 */
record StoredChecksum(Algorithm algorithm, String value, boolean composite) {

    private static final String ALGORITHM = "checksum.algorithm";
    private static final String VALUE = "checksum.value";
    private static final String TYPE = "checksum.type";

    static Optional<StoredChecksum> of(Map<String, String> attributes) {
        return Optional.ofNullable(attributes.get(ALGORITHM))
                .map(name -> new StoredChecksum(Algorithm.valueOf(name), attributes.get(VALUE), attributes.get(TYPE).equals("COMPOSITE")));
    }

    void addTo(Map<String, String> attributes) {
        attributes.put(ALGORITHM, algorithm.name());
        attributes.put(VALUE, value);
        attributes.put(TYPE, type());
    }

    String type() {
        return composite ? "COMPOSITE" : "FULL_OBJECT";
    }

    /** Adds its elements to a document. */
    Xml write(Xml xml) {
        return xml.put(algorithm.element(), value).put("ChecksumType", type());
    }
}
