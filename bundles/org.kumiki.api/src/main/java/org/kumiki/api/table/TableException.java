package org.kumiki.api.table;

/** Why a store did not do what it was asked; the {@link #reason()} tells the caller what to do about it. */
public class TableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        NO_SUCH_DOMAIN,
        /** The attribute that was to have a certain value has none. */
        NO_SUCH_ATTRIBUTE,
        /** The attribute that was to have a certain value has several. */
        SEVERAL_VALUES,
        /** The attribute is not as it was to be. */
        UNEXPECTED,
        /** The item would have more than {@link Item#MOST_VALUES} values. */
        ITEM_FULL,
        /** The domain would have more bytes than the operator lets it have. */
        DOMAIN_FULL,
        /** No answer could be found in the time that there was. */
        TIMEOUT,
        /** There is no room for it: the operator must make some. */
        FULL,
        /** It did not work this time: try again later. */
        UNAVAILABLE
    }

    private final Reason reason;

    public TableException(Reason reason, String message) {
        this(reason, message, null);
    }

    public TableException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
