package org.kumiki.aws.s3;

import java.util.Set;

import org.kumiki.aws.policy.Patterns;
import org.kumiki.aws.policy.Policy;
import org.kumiki.aws.policy.PolicyException;
import org.kumiki.aws.policy.Terms;

/** The policy of a bucket: it speaks of that bucket and of what is in it. Pure. */
final class BucketPolicy {

    private static final String RESOURCE = "arn:aws:s3:::";

    private BucketPolicy() {
    }

    /** @throws S3Exception MalformedPolicy */
    static Policy parse(String json, String bucket) {
        try {
            return Policy.parse(json, new Terms("s3", resource -> isOf(bucket, resource), Set.of("s3:dataaccesspointaccount")));
        } catch (PolicyException e) {
            throw new S3Exception(400, "MalformedPolicy", e.getMessage());
        }
    }

    private static boolean isOf(String bucket, String resource) {
        String name = resource.startsWith(RESOURCE) ? resource.substring(RESOURCE.length()) : "";
        return Patterns.like(name.split("/", 2)[0], bucket);
    }
}
