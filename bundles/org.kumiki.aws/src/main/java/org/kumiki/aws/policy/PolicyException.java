package org.kumiki.aws.policy;

/** A text that is no policy; the message says why, in words for whoever wrote it. It carries no stack trace: anybody can cause as many as he likes. */
public class PolicyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PolicyException(String message) {
        super(message, null, false, false);
    }
}
