package org.kumiki.aws.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The decoded fields of a query string or of a form body, in the order they came.
 * <p>
 * A name given twice is kept twice here; {@link #get} refuses it, so that nobody acts on one of two contradicting values.
 */
public final class Form {

    /** Above what a client sends: 25 items of SimpleDB with 256 attributes each have 19,200 fields. */
    private static final int MAX_FIELDS = 20_000;
    private static final int MAX_NAME = 512;

    public static final Form EMPTY = new Form(List.of());

    /** One field: both parts are decoded, and the value is empty where there was no equals sign. */
    public record Field(String name, String value) {
    }

    private final List<Field> fields;
    private final Map<String, String> values;

    private Form(List<Field> fields) {
        this.fields = fields;
        this.values = new HashMap<>(fields.size() * 2);
        for (Field field : fields) {
            // Null marks a name given twice; a third time keeps it null.
            values.merge(field.name(), field.value(), (one, two) -> AMBIGUOUS);
        }
    }

    @SuppressWarnings("StringOperationCanBeSimplified") // compared by identity: no client can send this very string
    private static final String AMBIGUOUS = new String("ambiguous");

    public static Form of(List<Field> fields) {
        return new Form(List.copyOf(fields));
    }

    /** Parses a raw query string; null and the empty string have no fields. */
    public static Form parse(String query) {
        return query == null || query.isEmpty() ? EMPTY : parse(query.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Parses {@code name=value&name=value}, percent-encoded UTF-8 in which a plus sign is a space.
     *
     * @throws AwsException MalformedQueryString for a broken encoding or an unreasonable size
     */
    public static Form parse(byte[] encoded) {
        List<Field> fields = new ArrayList<>();
        Decoder decoder = new Decoder(encoded);
        int start = 0;
        while (start < encoded.length) {
            int end = indexOf(encoded, '&', start, encoded.length);
            if (end > start) { // "a=1&&b=2" has two fields
                int equals = indexOf(encoded, '=', start, end);
                if (equals - start > MAX_NAME * 3) {
                    throw malformed("a parameter name longer than " + MAX_NAME + " characters");
                }
                if (fields.size() == MAX_FIELDS) {
                    throw malformed("more than " + MAX_FIELDS + " parameters");
                }
                fields.add(new Field(decoder.decode(start, equals), equals < end ? decoder.decode(equals + 1, end) : ""));
            }
            start = end + 1;
        }
        return new Form(List.copyOf(fields));
    }

    /** These fields and then those of the other. */
    public Form and(Form other) {
        if (other.fields.isEmpty()) {
            return this;
        }
        if (fields.isEmpty()) {
            return other;
        }
        List<Field> both = new ArrayList<>(fields);
        both.addAll(other.fields);
        return new Form(List.copyOf(both));
    }

    public List<Field> fields() {
        return fields;
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** @throws AwsException MalformedQueryString where the name was given more than once */
    @SuppressWarnings("ReferenceEquality") // see AMBIGUOUS
    public Optional<String> get(String name) {
        String value = values.get(name);
        if (value == AMBIGUOUS) {
            throw malformed("the parameter " + AwsException.abbreviate(name) + " more than once");
        }
        return Optional.ofNullable(value);
    }

    /** Two forms are equal when they say the same in the same order, however it was encoded. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Form form && fields.equals(form.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The names alone: values hold user data and passwords, which belong in no log. */
    @Override
    public String toString() {
        return "Form" + fields.stream().map(Field::name).toList();
    }

    private static AwsException malformed(String what) {
        return AwsException.refuse("MalformedQueryString", "The query string contains " + what + ".");
    }

    private static int indexOf(byte[] bytes, char wanted, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    /** Decodes percent-encoding; its buffer is shared by all fields of one form. */
    private static final class Decoder {
        private final byte[] encoded;
        private final byte[] decoded;

        Decoder(byte[] encoded) {
            this.encoded = encoded;
            this.decoded = new byte[encoded.length];
        }

        String decode(int start, int end) {
            int length = 0;
            boolean ascii = true;
            for (int at = start; at < end; at++) {
                byte b = encoded[at];
                if (b == '+') {
                    b = ' ';
                } else if (b == '%') {
                    b = hex(at + 1, at + 2, end);
                    at += 2;
                }
                ascii &= b >= 0;
                decoded[length++] = b;
            }
            return ascii ? new String(decoded, 0, length, StandardCharsets.ISO_8859_1) : utf8(length);
        }

        private byte hex(int high, int low, int end) {
            int h = low < end ? Character.digit(encoded[high], 16) : -1;
            int l = low < end ? Character.digit(encoded[low], 16) : -1;
            if (h < 0 || l < 0) {
                throw malformed("a broken percent-encoding");
            }
            return (byte) (h << 4 | l);
        }

        private String utf8(int length) {
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(decoded, 0, length)).toString();
            } catch (CharacterCodingException e) {
                throw malformed("text that is not UTF-8");
            }
        }
    }
}
