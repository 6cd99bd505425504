package org.kumiki.storage.s3;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Blobs in a Cluster", description = "Keeps blobs in a cluster that speaks S3.")
@interface Config {

    @AttributeDefinition(name = "Endpoint", description = "Where the cluster is, e.g. https://rgw.example.com:7480.")
    String endpoint();

    @AttributeDefinition(name = "Region", description = "What requests are signed for; most clusters take any.")
    String region() default "us-east-1";

    @AttributeDefinition(name = "Bucket", description = "The cluster's bucket that everything is kept in. It must be there.")
    String bucket();

    @AttributeDefinition(name = "Prefix", description = "What all names in the cluster's bucket begin with. Each platform needs its own.")
    String prefix() default "kumiki";

    @AttributeDefinition(name = "Credentials", description = "A file in the format of ~/.aws/credentials that only its owner may read. "
            + "Empty: s3-cluster-credentials in the data directory.")
    String credentials() default "";

    @AttributeDefinition(name = "Profile", description = "Which of the credentials in that file.")
    String profile() default "default";

    @AttributeDefinition(name = "Path style", description = "Whether the bucket is in the path of requests, or else in the name of the host.")
    boolean pathStyle() default true;

    @AttributeDefinition(name = "Conditional writes", description = "Whether the cluster is asked to refuse a change of what somebody else has "
            + "changed. Switched off by itself if the cluster does not implement that.")
    boolean conditionalWrites() default true;

    @AttributeDefinition(name = "Memory", description = "How many MiB bytes on their way to the cluster may take.", min = "16")
    int memoryMiB() default 128;

    @AttributeDefinition(name = "Patience", description = "How many seconds one attempt of a request may take.", min = "1")
    int timeoutSeconds() default 60;

    @AttributeDefinition(name = "Attempts", description = "How often a request is tried before it has failed.", min = "1")
    int attempts() default 4;
}
