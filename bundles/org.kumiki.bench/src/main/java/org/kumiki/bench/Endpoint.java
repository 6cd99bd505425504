package org.kumiki.bench;

/** Where a cloud is, and as whom to speak to it. */
public record Endpoint(String host, int port, String region, String accessKey, String secretKey) {
}
