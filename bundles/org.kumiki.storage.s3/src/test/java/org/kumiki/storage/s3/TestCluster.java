package org.kumiki.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.UUID;

import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A cluster in the memory of the test: s3proxy, with one bucket. */
final class TestCluster {

    static final String BUCKET = "cluster-bucket";
    static final AwsCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "secret"));

    private static TestCluster shared;

    private final S3Proxy proxy;
    private final URI endpoint;

    private TestCluster() throws Exception {
        proxy = S3Proxy.builder().blobStore(new TransientNio2BlobStore()).endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "AKIAIOSFODNN7EXAMPLE", "secret").ignoreUnknownHeaders(true).build();
        proxy.start();
        endpoint = URI.create("http://127.0.0.1:" + proxy.getPort());
        try (S3Client client = client()) {
            client.createBucket(create -> create.bucket(BUCKET));
        }
    }

    /** One for all tests; each takes a prefix of its own. */
    static synchronized TestCluster shared() {
        try {
            shared = shared == null ? new TestCluster() : shared;
            return shared;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    URI endpoint() {
        return endpoint;
    }

    S3Client client() {
        return S3Client.builder().endpointOverride(endpoint).region(Region.US_EAST_1).credentialsProvider(CREDENTIALS).forcePathStyle(true)
                .httpClient(UrlConnectionHttpClient.create()).build();
    }

    Cluster.Settings settings() {
        return settings(endpoint, UUID.randomUUID() + "/");
    }

    static Cluster.Settings settings(URI endpoint, String prefix) {
        return new Cluster.Settings(endpoint, "us-east-1", BUCKET, prefix, CREDENTIALS, true, true, Duration.ofSeconds(30), 3);
    }
}
