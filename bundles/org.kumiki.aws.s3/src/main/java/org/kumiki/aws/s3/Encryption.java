package org.kumiki.aws.s3;

import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.blob.Bucket;

/**
 * How an object is encrypted, if it is: with a key of the client's that is forgotten with the request, with the platform's, or with one made of that.
 *
 * @param kind   {@code C}, {@code S3} or {@code KMS}; empty for none
 * @param master the key
 * @param name   what is remembered of the key: of a client's its MD5, in Base64; of a managed one its name
 */
record Encryption(String kind, byte[] master, String name) {

    private static final String KIND = "sse";
    private static final String KEY_MD5 = "sse.key-md5";
    private static final String KEY_ID = "sse.key-id";
    private static final String CUSTOMER = "x-amz-server-side-encryption-customer-";
    private static final String SERVER = "x-amz-server-side-encryption";
    private static final Encryption NONE = new Encryption("", new byte[0], "");

    /** What a request asks for that makes an object. */
    static Encryption toWrite(Exchange exchange, Bucket bucket, MasterKey key) {
        Encryption customers = customers(exchange, CUSTOMER);
        Optional<String> asked = exchange.header(SERVER);
        if (customers.isNone()) {
            if (exchange.header(SERVER + "-aws-kms-key-id").isPresent() && asked.filter(name -> name.startsWith("aws:kms")).isEmpty()) {
                throw S3Exception.invalid("Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms");
            }
            Optional<Element> rule = byDefault(bucket);
            Optional<String> keyId = asked.isPresent() ? exchange.header(SERVER + "-aws-kms-key-id") : rule.flatMap(element -> element.get("KMSMasterKeyID"));
            return asked.or(() -> rule.flatMap(element -> element.get("SSEAlgorithm"))).map(name -> servers(name, keyId, key)).orElse(NONE);
        }
        if (asked.isPresent()) {
            throw S3Exception.invalid("Server Side Encryption with Customer provided key is incompatible with the encryption method specified");
        }
        return customers;
    }

    private static Encryption servers(String name, Optional<String> keyId, MasterKey key) {
        return switch (name) {
            case "AES256" -> new Encryption("S3", key.bytes(), "");
            case "aws:kms" -> managed(keyId.orElse("aws/s3"), key);
            case "aws:kms:dsse" -> throw S3Exception.notImplemented("x-amz-server-side-encryption: " + name);
            default -> throw S3Exception.invalid("The encryption method specified is not supported");
        };
    }

    /** There is no service for keys: each that is named is made of the platform's. */
    private static Encryption managed(String keyId, MasterKey key) {
        return new Encryption("KMS", Sealing.derived(key.bytes(), "kumiki-s3-managed-key" + keyId), keyId);
    }

    private static Optional<Element> byDefault(Bucket bucket) {
        return Optional.ofNullable(bucket.attributes().get(Setting.ENCRYPTION.parameter())).map(XmlReader::read)
                .flatMap(document -> document.find("Rule")).flatMap(rule -> rule.find("ApplyServerSideEncryptionByDefault"));
    }

    /** What opens an object: a client must bring his key again. */
    static Encryption toRead(Exchange exchange, String prefix, Map<String, String> attributes, MasterKey key) {
        Encryption brought = customers(exchange, prefix);
        if (exchange.header(SERVER).isPresent() && (exchange.method().equals("GET") || exchange.method().equals("HEAD"))) {
            throw S3Exception.invalid("x-amz-server-side-encryption header is not supported for this operation.");
        }
        String kind = attributes.getOrDefault(KIND, "");
        if (kind.equals("C")) {
            if (brought.isNone()) {
                throw S3Exception.invalidRequest("The object was stored using a form of Server Side Encryption. The correct parameters must be "
                        + "provided to retrieve the object.");
            }
            if (!brought.name.equals(attributes.get(KEY_MD5))) {
                throw S3Exception.invalidRequest("The provided encryption parameters did not match the ones used originally.");
            }
            return brought;
        }
        if (!brought.isNone()) {
            throw S3Exception.invalidRequest("The encryption parameters are not applicable to this object.");
        }
        return switch (kind) {
            case "S3" -> new Encryption("S3", key.bytes(), "");
            case "KMS" -> managed(attributes.get(KEY_ID), key);
            default -> NONE;
        };
    }

    static Encryption toRead(Exchange exchange, Map<String, String> attributes, MasterKey key) {
        return toRead(exchange, CUSTOMER, attributes, key);
    }

    private static Encryption customers(Exchange exchange, String prefix) {
        Optional<String> algorithm = exchange.header(prefix + "algorithm");
        Optional<String> key = exchange.header(prefix + "key");
        Optional<String> md5 = exchange.header(prefix + "key-md5");
        if (algorithm.isEmpty() && key.isEmpty() && md5.isEmpty()) {
            return NONE;
        }
        if (algorithm.isEmpty()) {
            throw S3Exception.invalid("Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.");
        }
        if (!algorithm.get().equals("AES256")) {
            throw new S3Exception(400, "InvalidEncryptionAlgorithmError", "The encryption request you specified is not valid.");
        }
        if (key.isEmpty() || md5.isEmpty()) {
            throw S3Exception.invalid("Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key and "
                    + "its MD5.");
        }
        byte[] bytes = decode(key.get());
        if (bytes.length != 32) {
            throw S3Exception.invalid("The secret key was invalid for the specified algorithm.");
        }
        Algorithm.Sum sum = Algorithm.digest("MD5");
        sum.update(bytes, 0, bytes.length);
        if (!MessageDigest.isEqual(sum.value(), decode(md5.get()))) {
            throw S3Exception.invalid("The calculated MD5 hash of the key did not match the hash that was provided.");
        }
        return new Encryption("C", bytes, md5.get());
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** Whether something is encrypted, by what is remembered of it. */
    static boolean isIn(Map<String, String> attributes) {
        return attributes.containsKey(KIND);
    }

    boolean isNone() {
        return kind.isEmpty();
    }

    /** How much room so many bytes take; -1 if it is not known how many they are. */
    long stored(long size) {
        return isNone() || size < 0 ? size : Sealing.sealed(size);
    }

    InputStream seal(InputStream plain, String salt) {
        return isNone() ? plain : new Sealing(master, salt).seal(plain);
    }

    String salt() {
        return isNone() ? "" : Sealing.salt();
    }

    String etag(String md5OfContent) {
        return kind.equals("C") ? Sealing.etag(master, md5OfContent) : md5OfContent;
    }

    /** What is remembered of it. */
    void addTo(Map<String, String> attributes) {
        if (!isNone()) {
            attributes.put(KIND, kind);
        }
        if (kind.equals("C")) {
            attributes.put(KEY_MD5, name);
        } else if (kind.equals("KMS")) {
            attributes.put(KEY_ID, name);
        }
    }

    /** Says in an answer how an object is encrypted. */
    static void tell(Exchange exchange, Map<String, String> attributes) {
        switch (attributes.getOrDefault(KIND, "")) {
            case "C" -> {
                exchange.set(CUSTOMER + "algorithm", "AES256");
                exchange.set(CUSTOMER + "key-MD5", attributes.get(KEY_MD5));
            }
            case "S3" -> exchange.set(SERVER, "AES256");
            case "KMS" -> {
                exchange.set(SERVER, "aws:kms");
                exchange.set(SERVER + "-aws-kms-key-id", attributes.get(KEY_ID));
            }
            default -> {
                // an answer says nothing of what is not encrypted
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Encryption encryption && kind.equals(encryption.kind) && Arrays.equals(master, encryption.master);
    }

    @Override
    public int hashCode() {
        return kind.hashCode() * 31 + Arrays.hashCode(master);
    }

    @Override
    public String toString() {
        return "Encryption[" + kind + "]";
    }
}
