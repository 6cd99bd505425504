package org.kumiki.aws.s3;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.aws.signature.ObjectVerifier;
import org.kumiki.aws.signature.ObjectVerifier.Seal;
import org.kumiki.aws.signature.SignedRequest;
import org.kumiki.aws.wire.Form;

import jakarta.servlet.http.HttpServletRequest;

/** Finds out who makes a request. */
final class Authenticator {

    private static final String PAYLOAD = "x-amz-content-sha256";

    private final Identity identity;
    private final ObjectVerifier verifier;

    Authenticator(Identity identity, Clock clock) {
        this.identity = identity;
        this.verifier = new ObjectVerifier(id -> identity.accessKey(id).filter(AccessKey::active).map(AccessKey::secret), clock);
    }

    Caller authenticate(HttpServletRequest request, Headers headers, Target target) {
        List<String> declared = headers.all().getOrDefault(PAYLOAD, List.of());
        String payload = declared.isEmpty() ? "UNSIGNED-PAYLOAD" : declared.get(0);
        SignedRequest signed = new SignedRequest(request.getMethod(), request.getRequestURI(), request.getQueryString(), headers.all(), payload,
                Form.EMPTY);
        if (!ObjectVerifier.isSigned(signed)) {
            return Caller.ANYBODY;
        }
        List<String> authorization = signed.header("authorization");
        if (!authorization.isEmpty() && authorization.get(0).startsWith("AWS4-") && declared.isEmpty()) {
            throw S3Exception.invalidRequest("Missing required header for this request: " + PAYLOAD);
        }
        Seal seal = verifier.verify(signed, target.resource());
        return new Caller(Optional.of(account(seal.credential().accessKeyId())), seal.chunks());
    }

    /** @param fields of a form with a signed policy, by their names in lower case */
    Caller authenticate(String policy, Map<String, String> fields) {
        return new Caller(Optional.of(account(verifier.verifyPolicy(policy, fields).accessKeyId())), Optional.empty());
    }

    private Account account(String keyId) {
        return identity.accessKey(keyId).filter(AccessKey::active).map(AccessKey::account).orElseThrow(
                () -> new S3Exception(403, "InvalidAccessKeyId", "The access key was deleted meanwhile."));
    }
}
