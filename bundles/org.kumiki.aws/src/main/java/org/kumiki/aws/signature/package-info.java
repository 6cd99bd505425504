/**
 * AWS request signatures, made and verified: version 4 in a header or in a presigned URL, and version 2 in a query or form.
 * <p>
 * {@link org.kumiki.aws.signature.Verifier} decides whether a {@link org.kumiki.aws.signature.SignedRequest} was made by
 * the holder of a secret key; it compares in constant time, and does as much work for an unknown key as for a known one.
 * {@link org.kumiki.aws.signature.Signer} is the other side, for tests, benchmarks and clients.
 * <p>
 * Verification is a pure function of the request, the key and the clock. As with AWS, a signature is good for as long as
 * its time stamp is: whoever can overhear a request can send it again meanwhile, so a network that is not trusted needs TLS.
 */
@Export
@Version("1.0.0")
package org.kumiki.aws.signature;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
