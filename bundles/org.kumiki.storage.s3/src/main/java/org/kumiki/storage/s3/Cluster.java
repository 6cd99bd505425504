package org.kumiki.storage.s3;

import java.io.EOFException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.kumiki.api.blob.BlobException;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * The few operations of S3 that are needed, on one bucket of a cluster, under a prefix. They block, are tried several times if that may help, and fail
 * with a {@link BlobException}; those that write with an {@link UndecidedException} if they may have been done all the same.
 */
final class Cluster implements AutoCloseable {

    /** How many bytes {@link #copyPart} copies at most. */
    static final long COPY = 256L << 20;

    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration COPYING = Duration.ofMinutes(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration CHECK = Duration.ofSeconds(5);
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int SERVERS_FAULT = 500;
    private static final int NOT_IMPLEMENTED = 501;

    private final Settings settings;
    private final S3Client client;
    private final AtomicReference<Conditions> conditions;

    /**
     * Where a cluster is, and how to treat it.
     *
     * @param prefix      of all names; empty, or ending with a slash
     * @param conditional whether it is asked for conditional writes
     * @param patience    with one attempt
     */
    record Settings(URI endpoint, String region, String bucket, String prefix, AwsCredentialsProvider credentials, boolean pathStyle,
            boolean conditional, Duration patience, int attempts) {
    }

    /** An object of a list. */
    record Item(String name, String etag, long size, Instant modified) {
    }

    record Page(List<Item> items, boolean more) {
    }

    record Stored(byte[] bytes, String etag) {
    }

    /** An object that is written part by part, and is not there before it is complete. */
    record Parts(String name, String id, Instant begun) {
    }

    /** How the cluster is asked for conditions; older ones do not know an entity tag in quotes, and some know no conditions at all. */
    enum Conditions {
        QUOTED, BARE, NONE
    }

    /** The cluster says that there is not what a condition asks for. */
    static final class ConditionFailedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final Conditions asked;

        ConditionFailedException(Conditions asked, Throwable cause) {
            super(cause);
            this.asked = asked;
        }
    }

    Cluster(Settings settings) {
        this.settings = settings;
        conditions = new AtomicReference<>(settings.conditional() ? Conditions.QUOTED : Conditions.NONE);
        client = S3Client.builder().endpointOverride(settings.endpoint()).region(Region.of(settings.region()))
                .credentialsProvider(settings.credentials())
                .httpClient(UrlConnectionHttpClient.builder().connectionTimeout(CONNECTING).socketTimeout(settings.patience()).build())
                .forcePathStyle(settings.pathStyle())
                // Older servers know none of the checksums that the client would add by itself.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false).expectContinueEnabled(false))
                .overrideConfiguration(all -> all.apiCallAttemptTimeout(settings.patience()).retryStrategy(retries(settings.attempts()))
                        // What this user has configured for other programs is not meant for this one.
                        .defaultProfileFile(ProfileFile.builder().content(InputStream.nullInputStream())
                                .type(ProfileFile.Type.CONFIGURATION).build()))
                .build();
    }

    /** How often one request is tried does not depend on how others fared, so there is no circuit breaker. */
    private static RetryStrategy retries(int attempts) {
        BackoffStrategy pauses = BackoffStrategy.exponentialDelay(FIRST_PAUSE, LONGEST_PAUSE);
        return AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(attempts).backoffStrategy(pauses).throttlingBackoffStrategy(pauses)
                .circuitBreakerEnabled(false).build();
    }

    @Override
    public void close() {
        client.close();
    }

    String where() {
        return settings.endpoint() + "/" + settings.bucket() + "/" + settings.prefix();
    }

    /** @throws BlobException if it does not answer, within seconds, that its bucket is there */
    void check() {
        call("asking for the bucket", () -> client.headBucket(head -> head.bucket(settings.bucket())
                .overrideConfiguration(request -> request.apiCallTimeout(CHECK))));
    }

    Optional<Stored> get(String name) {
        String what = "reading " + name;
        for (int attempt = 1;; attempt++) {
            Optional<ResponseBytes<GetObjectResponse>> got = found(what,
                    () -> client.getObjectAsBytes(get -> get.bucket(settings.bucket()).key(key(name))));
            // Java's client of HTTP does not notice when a connection ends before the body does.
            if (got.isEmpty() || got.get().response().contentLength() <= got.get().asByteArrayUnsafe().length) {
                return got.map(all -> new Stored(all.asByteArrayUnsafe(), all.response().eTag()));
            }
            if (attempt >= settings.attempts()) {
                throw Failures.broken(what, new EOFException("it ended early"));
            }
        }
    }

    /**
     * Begins to read a part of an object. Whoever does so closes or aborts it.
     *
     * @return nothing if the object is not there
     */
    Optional<ResponseInputStream<GetObjectResponse>> open(String name, long from, long length) {
        String what = "reading " + name;
        String range = "bytes=" + from + "-" + (from + length - 1);
        return found(what, () -> client.getObject(get -> get.bucket(settings.bucket()).key(key(name)).range(range)));
    }

    /** @return its entity tag */
    String put(String name, byte[] bytes, Condition condition) throws ConditionFailedException {
        PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(settings.bucket()).key(key(name));
        Conditions asked = conditions.get();
        if (asked != Conditions.NONE) {
            condition.etag().map(etag -> asked == Conditions.QUOTED ? etag : etag.replace("\"", ""))
                    .ifPresentOrElse(request::ifMatch, () -> request.ifNoneMatch("*"));
        }
        String what = "writing " + name;
        try {
            return client.putObject(request.build(), RequestBody.fromBytes(bytes)).eTag();
        } catch (AwsServiceException e) {
            if (asked == Conditions.NONE) {
                throw written(what, e);
            }
            if (e.statusCode() == NOT_IMPLEMENTED) {
                conditions.set(Conditions.NONE);
                return put(name, bytes, condition);
            }
            // With If-Match, what is not there is not found.
            if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT
                    || e.statusCode() == NOT_FOUND && !Failures.code(e).equals("NoSuchBucket")) {
                throw new ConditionFailedException(asked, e);
            }
            throw written(what, e);
        } catch (SdkException e) {
            throw written(what, e);
        }
    }

    /** The cluster has said so although there is what the condition asks for: it is asked in another way from now on. */
    void misunderstood(ConditionFailedException e) {
        conditions.compareAndSet(e.asked, e.asked == Conditions.QUOTED ? Conditions.BARE : Conditions.NONE);
    }

    void put(String name, Body body) {
        write("writing " + name, () -> client.putObject(put -> put.bucket(settings.bucket()).key(key(name)), body.toRequest()));
    }

    /** Makes an empty object, or leaves it as it is. */
    void mark(String name) {
        write("writing " + name, () -> client.putObject(put -> put.bucket(settings.bucket()).key(key(name)), RequestBody.empty()));
    }

    /** Does nothing if it is not there. */
    void delete(String name) {
        found("deleting " + name, () -> client.deleteObject(delete -> delete.bucket(settings.bucket()).key(key(name))));
    }

    /**
     * Lists names in the order of their bytes.
     *
     * @param after only names after this one; empty for all
     * @param limit at most 1,000
     */
    Page list(String prefix, String after, int limit) {
        ListObjectsV2Response listed = call("listing " + prefix, () -> client.listObjectsV2(list -> list.bucket(settings.bucket())
                .prefix(key(prefix)).startAfter(after.isEmpty() ? null : key(after)).maxKeys(limit).encodingType(EncodingType.URL)));
        int cut = settings.prefix().length();
        return new Page(listed.contents().stream()
                .map(each -> new Item(each.key().substring(cut), each.eTag(), each.size(), each.lastModified())).toList(),
                Boolean.TRUE.equals(listed.isTruncated()));
    }

    Parts begin(String name) {
        String id = call("beginning " + name, () -> client.createMultipartUpload(begin -> begin.bucket(settings.bucket()).key(key(name)))).uploadId();
        return new Parts(name, id, Instant.now());
    }

    /**
     * @param number from 1
     * @return its entity tag
     */
    String putPart(Parts parts, int number, Body body) {
        return call("writing a part of " + parts.name(), () -> client.uploadPart(part -> part.bucket(settings.bucket()).key(key(parts.name()))
                .uploadId(parts.id()).partNumber(number), body.toRequest())).eTag();
    }

    /** The same with bytes of another object. */
    String copyPart(Parts parts, int number, String from, long position, long length) {
        String range = "bytes=" + position + "-" + (position + length - 1);
        return call("copying " + from, () -> client.uploadPartCopy(copy -> copy.sourceBucket(settings.bucket()).sourceKey(key(from))
                .copySourceRange(range).destinationBucket(settings.bucket()).destinationKey(key(parts.name())).uploadId(parts.id()).partNumber(number)
                .overrideConfiguration(request -> request.apiCallAttemptTimeout(COPYING)))).copyPartResult().eTag();
    }

    /** @param etags of all parts, from the first */
    void complete(Parts parts, List<String> etags) {
        List<CompletedPart> all = IntStream.range(0, etags.size())
                .mapToObj(each -> CompletedPart.builder().partNumber(each + 1).eTag(etags.get(each)).build()).toList();
        write("completing " + parts.name(), () -> client.completeMultipartUpload(complete -> complete.bucket(settings.bucket())
                .key(key(parts.name())).uploadId(parts.id()).multipartUpload(upload -> upload.parts(all))
                .overrideConfiguration(request -> request.apiCallAttemptTimeout(COPYING))));
    }

    void abort(Parts parts) {
        found("forgetting parts of " + parts.name(), () -> client.abortMultipartUpload(abort -> abort.bucket(settings.bucket())
                .key(key(parts.name())).uploadId(parts.id())));
    }

    /** What is being written part by part, or was when somebody died. */
    List<Parts> unfinished(String prefix) {
        int cut = settings.prefix().length();
        return call("listing what is unfinished", () -> client.listMultipartUploads(list -> list.bucket(settings.bucket()).prefix(key(prefix))))
                .uploads().stream().filter(each -> each.key().startsWith(key(prefix)))
                .map(each -> new Parts(each.key().substring(cut), each.uploadId(), each.initiated())).toList();
    }

    private String key(String name) {
        return settings.prefix() + name;
    }

    private static <T> Optional<T> found(String what, Supplier<T> request) {
        try {
            return Optional.of(request.get());
        } catch (AwsServiceException e) {
            if (e.statusCode() == NOT_FOUND && !Failures.code(e).equals("NoSuchBucket")) {
                return Optional.empty();
            }
            if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                throw Failures.corrupt(what, "it is too short");
            }
            throw failed(what, e);
        } catch (SdkException e) {
            throw failed(what, e);
        }
    }

    private static <T> T call(String what, Supplier<T> request) {
        try {
            return request.get();
        } catch (SdkException e) {
            throw failed(what, e);
        }
    }

    private static void write(String what, Supplier<?> request) {
        try {
            request.get();
        } catch (SdkException e) {
            throw written(what, e);
        }
    }

    /** A refusal of the first attempt is certain; whatever else happens, one of the attempts may have been carried out. */
    private static BlobException written(String what, SdkException e) {
        boolean certain = e instanceof AwsServiceException refused && refused.statusCode() < SERVERS_FAULT && Integer.valueOf(1).equals(e.numAttempts());
        BlobException failure = failed(what, e);
        return certain ? failure : new UndecidedException(failure);
    }

    private static BlobException failed(String what, SdkException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof BlobException ours) {
                return ours;
            }
        }
        return Failures.of(what, e);
    }
}
