package org.kumiki.aws;

import java.util.Objects;

import org.kumiki.aws.signature.Credential;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.Structure;

/**
 * One request, understood and authenticated.
 *
 * @param operation  what is asked
 * @param input      with what parameters
 * @param credential by whom
 * @param requestId  names the request in its answer and in the log
 */
public record Call(Operation operation, Structure input, Credential credential, String requestId) {

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
