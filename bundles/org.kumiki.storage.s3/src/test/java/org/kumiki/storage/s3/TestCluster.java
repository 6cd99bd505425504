package org.kumiki.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/**
 * The cluster of the tests, with one bucket: s3proxy, in the memory of the test; or the one whose address {@code -Dkumiki.cluster=http://HOST:PORT}
 * gives, if it takes the same access key.
 */
final class TestCluster {

    static final String BUCKET = "cluster-bucket";
    static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
    static final String SECRET_KEY = "secret";
    static final AwsCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY));

    private static TestCluster shared;

    private final URI endpoint;

    private TestCluster(URI endpoint) {
        this.endpoint = endpoint;
        try (S3Client client = client()) {
            client.createBucket(create -> create.bucket(BUCKET));
        } catch (BucketAlreadyOwnedByYouException e) {
            // An earlier run has made it.
        }
    }

    /** One for all tests; each takes a prefix of its own. */
    static synchronized TestCluster shared() {
        if (shared == null) {
            shared = new TestCluster(Optional.ofNullable(System.getProperty("kumiki.cluster")).map(URI::create).orElseGet(TestCluster::proxy));
        }
        return shared;
    }

    private static URI proxy() {
        try {
            S3Proxy proxy = S3Proxy.builder().blobStore(new TransientNio2BlobStore()).endpoint(URI.create("http://127.0.0.1:0"))
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY).ignoreUnknownHeaders(true).build();
            proxy.start();
            return URI.create("http://127.0.0.1:" + proxy.getPort());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    URI endpoint() {
        return endpoint;
    }

    S3Client client() {
        return S3Client.builder().endpointOverride(endpoint).region(Region.US_EAST_1).credentialsProvider(CREDENTIALS).forcePathStyle(true)
                // What the client does otherwise, an older cluster refuses.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED).serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
                .httpClient(UrlConnectionHttpClient.create()).build();
    }

    Cluster.Settings settings() {
        return settings(endpoint, UUID.randomUUID() + "/", 3);
    }

    static Cluster.Settings settings(URI endpoint, String prefix, int attempts) {
        return new Cluster.Settings(endpoint, "us-east-1", BUCKET, prefix, CREDENTIALS, true, true, Duration.ofSeconds(30), attempts);
    }
}
