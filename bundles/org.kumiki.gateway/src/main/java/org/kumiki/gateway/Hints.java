package org.kumiki.gateway;

/**
 * Everything in a request from which its service can be known. What is not there is null.
 *
 * @param authorization the header of that name
 * @param credential    {@code X-Amz-Credential} of a presigned URL
 * @param action        {@code Action} of a query request, in its URL or its form
 * @param version       {@code Version} of a query request
 * @param path          begins with a slash
 * @param host          the header of that name
 * @param link          {@code AWSAccessKeyId} of a link that is signed the way only S3 ever did it, without a {@code SignatureVersion}
 */
record Hints(String authorization, String credential, String action, String version, String path, String host, String link) {

    /** Whether the signature says it all, so that the body need not be looked at. */
    boolean scoped() {
        return credential != null || link != null || authorization != null && authorization.startsWith("AWS");
    }
}
