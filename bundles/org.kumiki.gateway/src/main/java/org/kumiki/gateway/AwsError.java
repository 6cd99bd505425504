package org.kumiki.gateway;

import java.util.Locale;

/** A refusal in the words of AWS, and in the shape that the client of a service can read. */
record AwsError(int status, String code, String message) {

    /** How services wrap their errors. */
    enum Shape {
        EC2("text/xml;charset=UTF-8"), QUERY("text/xml;charset=UTF-8"), REST("application/xml;charset=UTF-8"), JSON(
                "application/x-amz-json-1.0");

        final String contentType;

        Shape(String contentType) {
            this.contentType = contentType;
        }

        /** EC2's, unless something says that another one is meant. */
        static Shape of(String facade, String contentType) {
            if (contentType != null && contentType.toLowerCase(Locale.ROOT).contains("json")) {
                return JSON;
            }
            return switch (facade == null ? "ec2" : facade) {
                case "ec2" -> EC2;
                case "s3" -> REST;
                default -> QUERY;
            };
        }
    }

    static AwsError missingToken() {
        return new AwsError(403, "MissingAuthenticationToken", "The request must contain a signature made with a registered access key");
    }

    static AwsError incompleteSignature() {
        return new AwsError(400, "IncompleteSignature",
                "The credential of a signature has the form KEY/DATE/REGION/SERVICE/aws4_request");
    }

    static AwsError unsupportedService(String service) {
        return new AwsError(400, "UnsupportedOperation", "This cloud does not offer the service " + service);
    }

    static AwsError noSuchVersion(String version) {
        return new AwsError(400, "NoSuchVersion", "No service here has the API version " + version);
    }

    static AwsError missingVersion() {
        return new AwsError(400, "MissingParameter", "The request must contain the parameter Version");
    }

    static AwsError bodyTooLarge(long limit) {
        return new AwsError(413, "RequestEntityTooLarge", "The body of the request is larger than " + limit + " bytes");
    }

    static AwsError bodyTooSlow() {
        return new AwsError(408, "RequestTimeout", "The body of the request did not arrive in time");
    }

    static AwsError bodyBroken() {
        return new AwsError(400, "IncompleteBody", "The body of the request ended early");
    }

    static AwsError tooMany() {
        return new AwsError(503, "ServiceUnavailable", "Too many requests are under way. Try again in a moment");
    }

    static AwsError absent(String facade) {
        return new AwsError(503, "ServiceUnavailable", "The service " + facade + " is being replaced. Try again in a moment");
    }

    static AwsError internal() {
        return new AwsError(500, "InternalError", "An internal error has occurred. The log of the platform tells more, by this request id");
    }

    /** Whether to try again later may help. */
    boolean passing() {
        return status == 503;
    }

    String render(Shape shape, String requestId) {
        String error = "<Code>" + xml(code) + "</Code><Message>" + xml(message) + "</Message>";
        String declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        return switch (shape) {
            case EC2 -> declaration + "<Response><Errors><Error>" + error + "</Error></Errors><RequestID>" + requestId
                    + "</RequestID></Response>";
            case QUERY -> declaration + "<ErrorResponse><Error><Type>" + (status < 500 ? "Sender" : "Receiver") + "</Type>" + error
                    + "</Error><RequestId>" + requestId + "</RequestId></ErrorResponse>";
            case REST -> declaration + "<Error>" + error + "<RequestId>" + requestId + "</RequestId></Error>";
            case JSON -> "{\"__type\":\"" + json(code) + "\",\"message\":\"" + json(message) + "\"}";
        };
    }

    private static String xml(String text) {
        return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private static String json(String text) {
        return printable(text).replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** What a client sent may be in a message, but neither in full length nor with control characters, which XML cannot have. */
    private static String printable(String text) {
        String shortened = text.length() > 300 ? text.substring(0, 300) + "…" : text;
        return shortened.codePoints().map(c -> c < ' ' || c > 0xD7FF && c < 0xE000 || c == 0xFFFE || c == 0xFFFF ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
