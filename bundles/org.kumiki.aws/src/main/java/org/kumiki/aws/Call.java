package org.kumiki.aws;

import java.net.URI;
import java.util.Objects;

import org.kumiki.aws.signature.Credential;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.Structure;

/**
 * One request, understood and authenticated.
 *
 * @param operation  what is asked
 * @param input      with what parameters
 * @param version    the date of the interface version that the client speaks; dates compare as text
 * @param credential by whom
 * @param endpoint   where the client reached us, by its own {@code Host} header, such as {@code http://127.0.0.1:8773}: what a
 *                   client is told of addresses of this cloud must work where it is, behind proxies and in containers, too
 * @param client     the address that it came from, as text
 * @param requestId  names the request in its answer and in the log
 */
public record Call(Operation operation, Structure input, String version, Credential credential, URI endpoint, String client, String requestId) {

    public Call {
        Objects.requireNonNull(operation);
        Objects.requireNonNull(input);
        Objects.requireNonNull(credential);
    }

    /** Starts the answer; one that stays empty says that it is done. */
    public Structure.Builder output() {
        return operation.output().build();
    }
}
