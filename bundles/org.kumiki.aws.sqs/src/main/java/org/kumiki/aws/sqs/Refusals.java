package org.kumiki.aws.sqs;

import java.util.Map;

import org.kumiki.api.queue.QueueException;
import org.kumiki.aws.wire.AwsException;

/** What SQS calls what is wrong. */
final class Refusals {

    private static final String SIMPLE = "AWS.SimpleQueueService.";
    private static final String SQS = "com.amazonaws.sqs#";
    private static final String NO_SUCH_QUEUE = SIMPLE + "NonExistentQueue";
    private static final String QUEUE_EXISTS = "QueueAlreadyExists";
    private static final int SHOWN = 100;

    /** Those whose name is another one in JSON; what all services know has the names of all. */
    private static final Map<String, String> TYPES = Map.of(NO_SUCH_QUEUE, SQS + "QueueDoesNotExist", QUEUE_EXISTS, SQS + "QueueNameExists",
            "ResourceNotFoundException", SQS + "ResourceNotFoundException", "InvalidParameterValue", general("InvalidParameterValueException"),
            "MissingParameter", general("MissingRequiredParameterException"), "AccessDenied", general("AccessDeniedException"),
            "SerializationException", general("SerializationException"), "UnknownOperationException", general("UnknownOperationException"),
            "InternalError", general("InternalFailure"), "SignatureDoesNotMatch", general("SignatureDoesNotMatchException"));

    private Refusals() {
    }

    private static String general(String name) {
        return "com.amazon.coral.service#" + name;
    }

    /** The name of an error for clients that speak JSON. */
    static String type(String code) {
        String type = TYPES.get(code);
        return type != null ? type : SQS + (code.startsWith(SIMPLE) ? code.substring(SIMPLE.length()) : code);
    }

    /** An error that has a prefix in queries. */
    static AwsException simple(String code, String message) {
        return AwsException.refuse(SIMPLE + code, message);
    }

    static AwsException invalid(String message) {
        return AwsException.refuse("InvalidParameterValue", message);
    }

    static AwsException invalid(String parameter, Object value, String reason) {
        return invalid("Value " + brief(String.valueOf(value)) + " for parameter " + parameter + " is invalid. Reason: " + reason);
    }

    static AwsException invalidAttribute(String attribute) {
        return AwsException.refuse("InvalidAttributeValue", "Invalid value for the parameter " + attribute + ".");
    }

    static AwsException unknownAttribute(String attribute) {
        return AwsException.refuse("InvalidAttributeName", "Unknown Attribute " + brief(attribute) + ".");
    }

    static AwsException noSuchQueue() {
        return simple("NonExistentQueue", "The specified queue does not exist.");
    }

    static AwsException queueExists(String attribute) {
        return AwsException.refuse(QUEUE_EXISTS, "A queue already exists with the same name and a different value for attribute " + attribute);
    }

    static AwsException noSuchResource(String parameter) {
        return new AwsException(404, "ResourceNotFoundException", "The resource that you specified for the " + parameter + " parameter doesn't exist.");
    }

    static AwsException denied() {
        return new AwsException(403, "AccessDenied", "Access to the resource is denied.");
    }

    static AwsException overLimit(String message) {
        return new AwsException(403, "OverLimit", message);
    }

    static AwsException unsupported(String message) {
        return simple("UnsupportedOperation", message);
    }

    /** What a client sent is repeated to it only in part, so that an error never grows with the request. */
    static String brief(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    static AwsException of(QueueException e) {
        return switch (e.reason()) {
            case NO_SUCH_QUEUE -> noSuchQueue();
            case QUEUE_EXISTS -> AwsException.refuse(QUEUE_EXISTS, "A queue already exists with the same name.");
            case TOO_MANY_IN_FLIGHT -> overLimit("Too many messages of the queue are in flight: delete those that are done with.");
            case FULL -> new AwsException(503, "ServiceUnavailable", "There is no room for more messages.", e);
            case UNAVAILABLE -> new AwsException(503, "ServiceUnavailable", "The queues are not available. Try again later.", e);
            case CORRUPT -> new AwsException(500, "InternalError", "An internal error has occurred", e);
        };
    }
}
