/**
 * Amazon's S3 over a store of blobs. A request is parsed ({@link org.kumiki.aws.s3.Target}, {@link org.kumiki.aws.s3.Operation}), its caller
 * is found ({@link org.kumiki.aws.s3.Authenticator}), may or may not do it ({@link org.kumiki.aws.s3.Access}), and one class for each
 * kind of thing does it. Nothing is kept here: what is remembered of a bucket or an object is among its attributes.
 */
package org.kumiki.aws.s3;
