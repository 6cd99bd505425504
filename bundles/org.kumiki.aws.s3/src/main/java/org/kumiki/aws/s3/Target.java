package org.kumiki.aws.s3;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.aws.wire.Memo;

/**
 * What a request is about, whether its path names the bucket or its host.
 *
 * @param bucket   empty for the service itself
 * @param key      empty for the bucket itself
 * @param resource the path with the bucket in front, still encoded: what signatures of version 2 cover
 * @param website  whether the host is that of a website
 */
record Target(String bucket, String key, String resource, boolean website) {

    private static final int MAX_KEY_BYTES = 1024;
    private static final int MAX_HOST = 300;
    private static final Pattern HOST = Pattern.compile("(.+)\\.(s3|s3[-.][a-z0-9-]+|s3-website|s3-website[-.][a-z0-9-]+)\\.[a-z0-9.-]*?(?::[0-9]+)?",
            Pattern.CASE_INSENSITIVE);
    private static final Memo<String, Optional<String>> HOSTS = new Memo<>(256, Target::findBucket);
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+");

    /** @param path still encoded */
    static Target of(String path, String host) {
        Optional<String> virtual = bucketOf(host);
        if (virtual.isPresent()) {
            boolean website = host.substring(virtual.get().length()).toLowerCase(Locale.ROOT).startsWith(".s3-website");
            return new Target(virtual.get(), key(path.substring(1)), "/" + virtual.get() + path, website);
        }
        int slash = path.indexOf('/', 1);
        String bucket = decode(slash < 0 ? path.substring(1) : path.substring(1, slash));
        String key = slash < 0 ? "" : key(path.substring(slash + 1));
        if (bucket.isEmpty() && !key.isEmpty()) {
            throw badBucket(bucket);
        }
        return new Target(bucket, key, path, false);
    }

    /** {@code bucket.s3.anything}; a bucket may have dots, and then the last place counts where this can be. */
    static Optional<String> bucketOf(String host) {
        return host == null || host.length() > MAX_HOST ? Optional.empty() : HOSTS.get(host);
    }

    private static Optional<String> findBucket(String host) {
        Matcher matcher = HOST.matcher(host);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** @throws S3Exception unless a bucket may have this name */
    static void checkName(String bucket) {
        if (!BUCKET.matcher(bucket).matches() || bucket.contains("..") || bucket.contains(".-") || bucket.contains("-.")
                || ADDRESS.matcher(bucket).matches() || bucket.startsWith("xn--") || bucket.endsWith("-s3alias")) {
            throw badBucket(bucket);
        }
    }

    private static S3Exception badBucket(String bucket) {
        return new S3Exception(400, "InvalidBucketName", "The specified bucket is not valid.").with("BucketName", bucket);
    }

    private static String key(String encoded) {
        return checkKey(decode(encoded));
    }

    static String checkKey(String key) {
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw new S3Exception(400, "KeyTooLongError", "Your key is too long").with("MaxSizeAllowed", Integer.toString(MAX_KEY_BYTES));
        }
        return key;
    }

    /** Percent-decodes; a plus sign is itself. */
    static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                out.write(bytes[i]);
            } else if (i + 2 < bytes.length && Character.digit(bytes[i + 1], 16) >= 0 && Character.digit(bytes[i + 2], 16) >= 0) {
                out.write(Character.digit(bytes[++i], 16) << 4 | Character.digit(bytes[++i], 16));
            } else {
                throw badUri();
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(out.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw badUri();
        }
    }

    private static S3Exception badUri() {
        return new S3Exception(400, "InvalidURI", "Couldn't parse the specified URI.");
    }
}
