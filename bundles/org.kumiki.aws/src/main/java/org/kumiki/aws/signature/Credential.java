package org.kumiki.aws.signature;

/**
 * Who signed a request, and for what.
 *
 * @param accessKeyId the key
 * @param region      the region in the signature's scope; empty for a signature of version 2, which has no scope
 * @param service     the service in the signature's scope, such as {@code ec2}; empty for version 2
 */
public record Credential(String accessKeyId, String region, String service) {
}
