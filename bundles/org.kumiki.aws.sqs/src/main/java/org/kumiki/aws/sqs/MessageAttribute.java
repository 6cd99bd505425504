package org.kumiki.aws.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/**
 * What a sender says of a message beside its body.
 *
 * @param type  String, Number or Binary, perhaps with a dot and a word of the client's own
 * @param value the text, or the bytes in base64
 */
record MessageAttribute(String type, String value) {

    static final int MOST = 10;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
    private static final Pattern RESERVED = Pattern.compile("(?i)(aws|amazon)\\..*");
    private static final Pattern TYPE = Pattern.compile("(String|Number|Binary)(\\.[^\\x00-\\x1F]+)?");
    private static final int LONGEST = 256;
    private static final int MOST_DIGITS = 38;
    private static final int LARGEST_EXPONENT = 128;
    private static final char SEPARATOR = '\n';

    boolean isBinary() {
        return type.startsWith("Binary");
    }

    byte[] bytes() {
        return isBinary() ? Base64.getDecoder().decode(value) : value.getBytes(UTF_8);
    }

    /** What it adds to the size of its message, beside its name. */
    int size() {
        return Characters.bytes(type) + (isBinary() ? bytes().length : Characters.bytes(value));
    }

    /** As one text, for the store. */
    String stored() {
        return type + SEPARATOR + value;
    }

    static MessageAttribute ofStored(String text) {
        int end = text.indexOf(SEPARATOR);
        return new MessageAttribute(text.substring(0, end), text.substring(end + 1));
    }

    Structure.Builder write(Structure.Builder out) {
        return out.put("DataType", type).put(isBinary() ? "BinaryValue" : "StringValue", isBinary() ? bytes() : value);
    }

    /**
     * Reads what a client sent.
     *
     * @param kind "user" or "system", for messages to people
     */
    static Map<String, MessageAttribute> read(Map<String, Object> given, String kind) {
        if (given.size() > MOST) {
            throw Refusals.invalid("Number of message attributes [" + given.size() + "] exceeds the allowed maximum [" + MOST + "].");
        }
        Map<String, MessageAttribute> attributes = new LinkedHashMap<>();
        given.forEach((name, value) -> attributes.put(name(name), read(name, (Structure) value, kind)));
        return attributes;
    }

    private static String name(String name) {
        if (name.length() > LONGEST) {
            throw Refusals.invalid("The length of message attribute name '" + Refusals.brief(name) + "' is more than " + LONGEST + ".");
        }
        if (!NAME.matcher(name).matches()) {
            throw Refusals.invalid("Message attribute name '" + Refusals.brief(name) + "' is invalid. It can contain A-Z, a-z, 0-9, underscore (_), "
                    + "hyphen (-) and period (.), but no period at an end or beside another.");
        }
        if (RESERVED.matcher(name).matches()) {
            throw Refusals.invalid("You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. "
                    + "These strings are reserved for internal use.");
        }
        return name;
    }

    private static MessageAttribute read(String name, Structure given, String kind) {
        String type = given.text("DataType", "");
        if (type.isEmpty()) {
            throw Refusals.invalid("The message attribute '" + name + "' must contain a non-empty message attribute type.");
        }
        if (!TYPE.matcher(type).matches() || type.length() > LONGEST) {
            throw Refusals.invalid("The type of message (" + kind + ") attribute '" + name + "' is invalid. You must use only the following supported "
                    + "type prefixes: Binary, Number, String.");
        }
        boolean binary = type.startsWith("Binary");
        if (given.has("StringListValues") || given.has("BinaryListValues")) {
            throw Refusals.unsupported("Message attribute list values in SendMessage operation are not supported.");
        }
        if (given.has(binary ? "StringValue" : "BinaryValue")) {
            throw Refusals.invalid("Message (" + kind + ") attribute '" + name + "' with type '" + Refusals.brief(type)
                    + "' must use the field '" + (binary ? "Binary" : "String") + "'.");
        }
        Optional<String> value = binary ? given.bytes("BinaryValue").map(Base64.getEncoder()::encodeToString) : given.text("StringValue");
        MessageAttribute attribute = new MessageAttribute(type, value.filter(text -> !text.isEmpty()).orElseThrow(() -> Refusals.invalid(
                "Message (" + kind + ") attribute '" + name + "' must contain a non-empty value of type '" + type.split("\\.")[0] + "'.")));
        check(name, attribute, kind);
        return attribute;
    }

    private static void check(String name, MessageAttribute attribute, String kind) {
        if (!attribute.isBinary() && Characters.forbidden(attribute.value).isPresent()) {
            throw AwsException.refuse("InvalidMessageContents", "The message (" + kind + ") attribute '" + name + "' has a character that is not allowed.");
        }
        if (attribute.type.startsWith("Number") && !isNumber(attribute.value)) {
            throw Refusals.invalid("Can't cast the value of message (" + kind + ") attribute '" + name + "' to a number.");
        }
    }

    /** Up to 38 digits, from 10^-128 to 10^126 or so: what AWS keeps exactly. */
    private static boolean isNumber(String text) {
        try {
            BigDecimal number = text.length() > LONGEST ? null : new BigDecimal(text.strip());
            return number != null && number.stripTrailingZeros().precision() <= MOST_DIGITS
                    && Math.abs((long) number.precision() - number.scale()) <= LARGEST_EXPONENT;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
