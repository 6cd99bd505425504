package org.kumiki.aws;

import java.util.List;
import java.util.Map;

import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Json;
import org.kumiki.aws.wire.JsonCodec;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.QueryReader;
import org.kumiki.aws.wire.Service;
import org.kumiki.aws.wire.Structure;
import org.kumiki.aws.wire.XmlWriter;

import static java.nio.charset.StandardCharsets.UTF_8;

/** How a client speaks, and wants to be spoken to. */
enum Dialect {

    /** Parameters in, XML out. */
    QUERY("text/xml;charset=UTF-8") {

        @Override
        Structure input(Operation operation, List<Form.Field> fields, byte[] body) {
            return QueryReader.read(operation.input(), fields);
        }

        @Override
        byte[] answer(Service service, Operation operation, String version, String requestId, Structure output) {
            return XmlWriter.answer(service, operation, version, requestId, output);
        }

        @Override
        byte[] error(Service service, AwsException error, String type, String requestId) {
            return XmlWriter.error(service.protocol(), error, requestId);
        }
    },

    /** AWS's JSON 1.0. */
    JSON("application/x-amz-json-1.0") {

        @Override
        Structure input(Operation operation, List<Form.Field> fields, byte[] body) {
            try {
                return JsonCodec.read(operation.input(), body.length == 0 ? Map.of() : Json.parse(body));
            } catch (IllegalArgumentException e) {
                throw AwsException.refuse("SerializationException", e.getMessage());
            }
        }

        @Override
        byte[] answer(Service service, Operation operation, String version, String requestId, Structure output) {
            return operation.answers() ? Json.write(JsonCodec.write(output)).getBytes(UTF_8) : NOTHING;
        }

        @Override
        byte[] error(Service service, AwsException error, String type, String requestId) {
            return Json.write(Map.of("__type", type, "message", error.getMessage())).getBytes(UTF_8);
        }
    };

    private static final byte[] NOTHING = {};

    final String contentType;

    Dialect(String contentType) {
        this.contentType = contentType;
    }

    /** @throws AwsException where the client sent what the operation does not take */
    abstract Structure input(Operation operation, List<Form.Field> fields, byte[] body);

    abstract byte[] answer(Service service, Operation operation, String version, String requestId, Structure output);

    abstract byte[] error(Service service, AwsException error, String type, String requestId);

    /** JSON, if the client says so and the service speaks it. */
    static Dialect of(Service service, String contentType) {
        return service.target().isPresent() && contentType != null && contentType.regionMatches(true, 0, JSON.contentType, 0, JSON.contentType.length())
                ? JSON : QUERY;
    }
}
