package org.kumiki.aws.wire;

/**
 * An answer that is an error: its code, which programs test for, its message, which people read, and its HTTP status.
 * <p>
 * It carries no stack trace: it is the client's mistake or wish, not ours, and clients can cause as many as they like.
 */
public class AwsException extends RuntimeException {

    private final String code;
    private final int status;

    public AwsException(int status, String code, String message) {
        this(status, code, message, null);
    }

    /** @param cause what went wrong behind it, for the log only: a client never sees it; may be null */
    public AwsException(int status, String code, String message, Throwable cause) {
        super(message, cause, false, false);
        this.status = status;
        this.code = code;
    }

    /** The client asked for something it should not ask again unchanged: status 400. */
    public static AwsException refuse(String code, String message) {
        return new AwsException(400, code, message);
    }

    public static AwsException missing(String parameter) {
        return refuse("MissingParameter", "The request must contain the parameter " + parameter);
    }

    public static AwsException invalid(String parameter, String value, String why) {
        return refuse("InvalidParameterValue", "Value (" + abbreviate(value) + ") for parameter " + parameter + " is invalid. " + why);
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }

    /** What a client sent is repeated to it only in part, so that an error never grows with the request. */
    static String abbreviate(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
