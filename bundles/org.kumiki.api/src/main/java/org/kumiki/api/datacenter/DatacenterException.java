package org.kumiki.api.datacenter;

import java.util.Optional;

/**
 * Why a command was refused. The {@link #reason()} and the {@link #subject()} tell a fa&ccedil;ade which of its own errors this is; the
 * message is for people.
 */
public class DatacenterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who must act. */
    public enum Reason {
        /** There is no such thing, or it is not the caller's. */
        NOT_FOUND,
        /** There is already such a thing. */
        DUPLICATE,
        /** The thing is in a state that does not allow this. */
        WRONG_STATE,
        /** The thing is used by another one. */
        IN_USE,
        /** The request contradicts itself or a rule: the client must change it. */
        INVALID,
        /** The same token was used for a different request. */
        TOKEN_REUSED,
        /** The caller may not do this. */
        DENIED,
        /** There is no room for it in the datacenter. */
        NO_CAPACITY,
        /** The caller has as many as allowed. */
        LIMIT,
        /** No plug-in that is present can do this. */
        UNSUPPORTED,
        /** It did not work this time: try again later. */
        UNAVAILABLE
    }

    /** The kind of thing that a refusal is about. */
    public enum Kind {
        HOST, INSTANCE, INSTANCE_TYPE, IMAGE, VOLUME, ATTACHMENT, BLOCK_DEVICE, SNAPSHOT, KEY_PAIR, SECURITY_GROUP, FIREWALL_RULE, NETWORK, ADDRESS,
        TAG, PLACEMENT_GROUP, DECISION, BUCKET, OBJECT, TRANSFER, POLICY
    }

    private final Reason reason;
    private final Kind kind;
    private final Optional<String> subject;

    public DatacenterException(Reason reason, Kind kind, String subject, String message) {
        this(reason, kind, subject, message, null);
    }

    public DatacenterException(Reason reason, Kind kind, String subject, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.kind = kind;
        this.subject = Optional.ofNullable(subject);
    }

    public Reason reason() {
        return reason;
    }

    public Kind kind() {
        return kind;
    }

    /** Which thing of that kind, as the caller named it. */
    public Optional<String> subject() {
        return subject;
    }
}
