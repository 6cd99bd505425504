package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The tests that Apache jclouds publishes for whoever claims to be S3. It signs by version 2. */
@ExtendWith(Platforms.class)
class JcloudsObjectsTest {

    private static final String BY_MAIL = "the test grants by e-mail, and accounts have no addresses";
    private static final String BY_HOST = "the test makes a host name of a bucket and an address, which no name server knows";
    private static final String AFTER_IT = "jclouds does not run it after testPublicAccess has failed";

    /** These do not hold here. */
    private static final Map<String, String> NOT_HERE = Map.of(
            "S3ClientLiveTest.testCopyCannedAccessPolicyPublic", BY_HOST,
            "S3ClientLiveTest.testPutCannedAccessPolicyPublic", BY_HOST,
            "S3ClientLiveTest.testUpdateObjectACL", BY_MAIL,
            "BucketsLiveTest.testUpdateBucketACL", BY_MAIL,
            "BucketsLiveTest.testBucketLogging", "buckets keep no log of who asked",
            "BucketsLiveTest.testBucketPayer", "nobody pays",
            "S3ContainerLiveTest.testPublicAccess", "jclouds knows no public address of an object but Amazon's",
            "S3ContainerLiveTest.testPublicAccessInNonDefaultLocation", AFTER_IT,
            "S3ContainerLiveTest.testPublicAccessInNonDefaultLocationWithBigBlob", AFTER_IT);

    /** On the platform that simulates its hosts: objects are the same on each. */
    @TestFactory
    Stream<DynamicTest> objectsAreAsJcloudsExpects(@OnPaper Platform platform) throws Exception {
        String classes = Stream.of("S3ClientLiveTest", "services.BucketsLiveTest", "blobstore.integration.S3ServiceIntegrationLiveTest",
                "blobstore.integration.S3ContainerLiveTest", "blobstore.integration.S3BlobSignerLiveTest")
                .map(name -> "org.jclouds.s3." + name).collect(Collectors.joining(","));
        List<Jclouds.Result> results = Jclouds.run(platform, "s3", List.of("-Dtest.blobstore.container-count=4",
                "-Dtest.blobstore.await-consistency-timeout-seconds=0"), Duration.ofMinutes(5), "-testclass", classes)
                .stream().filter(result -> !result.name().endsWith(".destroyResources")).toList(); // theirs, on a pool that they have closed
        assertThat(results).hasSize(49);
        return results.stream().map(result -> result.asDynamicTest(NOT_HERE));
    }
}
