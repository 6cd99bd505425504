package org.kumiki.aws.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.kumiki.aws.wire.Service.Protocol;
import org.kumiki.aws.wire.Shape.ListShape;
import org.kumiki.aws.wire.Shape.MapShape;

/**
 * Writes answers and errors as XML in UTF-8.
 * <p>
 * A whole answer is put together in memory, so that it has a length and leaves in one piece, and so that nothing is sent
 * of one that fails half-way. Characters that XML 1.0 cannot carry at all become U+FFFD, but for SimpleDB, which has a way for them.
 */
public final class XmlWriter {

    private static final byte[] DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RETURN_TRUE = "<return>true</return>".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);
    private static final byte[][] ESCAPES = new byte[128][];

    static {
        for (int c = 0; c < ' '; c++) {
            ESCAPES[c] = REPLACEMENT;
        }
        ESCAPES['\t'] = null;
        ESCAPES['\n'] = null;
        ESCAPES['\r'] = "&#xD;".getBytes(StandardCharsets.US_ASCII); // a parser would turn a bare one into a line feed
        ESCAPES['&'] = "&amp;".getBytes(StandardCharsets.US_ASCII);
        ESCAPES['<'] = "&lt;".getBytes(StandardCharsets.US_ASCII);
        ESCAPES['>'] = "&gt;".getBytes(StandardCharsets.US_ASCII);
    }

    /** What a request has cost: nobody bills it here, so it is the least that SimpleDB knows. */
    private static final String BOX_USAGE = "0.0000071759";

    private final Protocol protocol;
    private byte[] buffer = new byte[1_024];
    private int length;

    private XmlWriter(Protocol protocol) {
        this.protocol = protocol;
    }

    /** @param clientVersion the interface version that the client speaks: it is part of the answer's namespace */
    public static byte[] answer(Service service, Operation operation, String clientVersion, String requestId, Structure output) {
        XmlWriter out = new XmlWriter(service.protocol());
        out.raw(DECLARATION);
        out.raw("<").raw(operation.name()).raw("Response xmlns=\"").text(service.namespace(clientVersion)).raw("\">");
        if (service.protocol() == Protocol.EC2) {
            out.element("requestId", requestId);
            if (operation.answers()) {
                out.members(output);
            } else {
                out.raw(RETURN_TRUE);
            }
        } else {
            if (operation.answers()) {
                out.raw("<").raw(operation.wrapper()).raw(">");
                out.members(output);
                out.raw("</").raw(operation.wrapper()).raw(">");
            }
            out.raw("<ResponseMetadata>").element("RequestId", requestId).boxUsage().raw("</ResponseMetadata>");
        }
        return out.raw("</").raw(operation.name()).raw("Response>").bytes();
    }

    public static byte[] error(Protocol protocol, AwsException error, String requestId) {
        XmlWriter out = new XmlWriter(protocol);
        out.raw(DECLARATION);
        if (protocol != Protocol.QUERY) {
            out.raw("<Response><Errors><Error>").element("Code", error.code()).element("Message", error.getMessage()).boxUsage()
                    .raw("</Error></Errors>").element("RequestID", requestId).raw("</Response>");
        } else {
            out.raw("<ErrorResponse><Error>").element("Type", error.status() < 500 ? "Sender" : "Receiver")
                    .element("Code", error.code()).element("Message", error.getMessage())
                    .raw("</Error>").element("RequestId", requestId).raw("</ErrorResponse>");
        }
        return out.bytes();
    }

    /** The time as the XML services write it, {@code 2026-11-23T09:30:00.000Z}, always with milliseconds. */
    public static String time(Instant instant) {
        XmlWriter out = new XmlWriter(Protocol.QUERY);
        out.timestamp(instant);
        return new String(out.buffer, 0, out.length, StandardCharsets.US_ASCII);
    }

    private byte[] bytes() {
        return Arrays.copyOf(buffer, length);
    }

    private void members(Structure structure) {
        for (Member member : structure.shape().members()) {
            Object value = structure.value(member.index());
            if (value != null) {
                value(member.shape(), member.tag(), value);
            }
        }
    }

    private void value(Shape shape, Tag tag, Object value) {
        if (shape instanceof ListShape list && list.tag() == null) {
            ((List<?>) value).forEach(element -> value(list.element(), tag, element));
        } else if (shape instanceof MapShape map) {
            map(map, tag, (Map<?, ?>) value);
        } else if (protocol == Protocol.SIMPLEDB && value instanceof String text && !isCarried(text)) {
            raw("<").raw(tag.name).raw(" encoding=\"base64\">").raw(Base64.getEncoder().encode(text.getBytes(StandardCharsets.UTF_8))).raw(tag.close);
        } else {
            raw(tag.open);
            if (shape instanceof StructureShape) {
                members((Structure) value);
            } else if (shape instanceof ListShape list) {
                list(list, (List<?>) value);
            } else {
                scalar(value);
            }
            raw(tag.close);
        }
    }

    private void list(ListShape shape, List<?> elements) {
        for (int i = 0; i < elements.size(); i++) {
            value(shape.element(), shape.tag(), elements.get(i));
        }
    }

    private void map(MapShape shape, Tag tag, Map<?, ?> entries) {
        Tag each = shape.flattened() ? tag : Tag.ENTRY;
        if (!shape.flattened()) {
            raw(tag.open);
        }
        entries.forEach((key, value) -> {
            raw(each.open);
            value(shape.key(), shape.keyTag(), key);
            value(shape.value(), shape.valueTag(), value);
            raw(each.close);
        });
        if (!shape.flattened()) {
            raw(tag.close);
        }
    }

    private void scalar(Object value) {
        if (value instanceof String text) {
            text(text);
        } else if (value instanceof Instant instant) {
            timestamp(instant);
        } else if (value instanceof byte[] blob) {
            raw(Base64.getEncoder().encode(blob));
        } else if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
            raw(Long.toString(number.longValue())).raw(".0");
        } else {
            raw(value.toString()); // numbers and booleans
        }
    }

    private XmlWriter boxUsage() {
        return protocol == Protocol.SIMPLEDB ? element("BoxUsage", BOX_USAGE) : this;
    }

    /** Whether XML 1.0 can carry a text as it is. */
    private static boolean isCarried(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\t' && c != '\n' && c != '\r' || c >= 0xFFFE) {
                return false;
            }
        }
        return true;
    }

    private XmlWriter element(String name, String text) {
        return raw("<").raw(name).raw(">").text(text).raw("</").raw(name).raw(">");
    }

    private XmlWriter text(String text) {
        int end = text.length();
        reserve(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= 128) {
                i += wide(text, i) - 1;
                reserve(end - i);
            } else if (ESCAPES[c] != null) {
                raw(ESCAPES[c]);
                reserve(end - i);
            } else {
                buffer[length++] = (byte) c;
            }
        }
        return this;
    }

    /** Writes the character at a place, of two halves perhaps; returns how many halves it had. */
    private int wide(String text, int at) {
        int c = text.codePointAt(at);
        if (Character.getType(c) == Character.SURROGATE || c == 0xFFFE || c == 0xFFFF) {
            raw(REPLACEMENT);
            return 1;
        }
        reserve(4);
        if (c < 0x800) {
            buffer[length++] = (byte) (0xC0 | c >> 6);
        } else {
            if (c < 0x10000) {
                buffer[length++] = (byte) (0xE0 | c >> 12);
            } else {
                buffer[length++] = (byte) (0xF0 | c >> 18);
                buffer[length++] = (byte) (0x80 | c >> 12 & 0x3F);
            }
            buffer[length++] = (byte) (0x80 | c >> 6 & 0x3F);
        }
        buffer[length++] = (byte) (0x80 | c & 0x3F);
        return Character.charCount(c);
    }

    /** Several times as fast as a formatter, and an answer has some in every item. */
    private void timestamp(Instant instant) {
        long second = instant.getEpochSecond();
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(second, 86_400L));
        if (date.getYear() < 0 || date.getYear() > 9_999) {
            raw(instant.atOffset(ZoneOffset.UTC).toString());
            return;
        }
        int time = Math.floorMod(second, 86_400);
        digits(date.getYear(), 4, '-');
        digits(date.getMonthValue(), 2, '-');
        digits(date.getDayOfMonth(), 2, 'T');
        digits(time / 3_600, 2, ':');
        digits(time / 60 % 60, 2, ':');
        digits(time % 60, 2, '.');
        digits(instant.getNano() / 1_000_000, 3, 'Z');
    }

    private void digits(int number, int width, char end) {
        reserve(width + 1);
        int rest = number;
        for (int i = width - 1; i >= 0; i--) {
            buffer[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += width;
        buffer[length++] = (byte) end;
    }

    private XmlWriter raw(String ascii) {
        int end = ascii.length();
        reserve(end);
        for (int i = 0; i < end; i++) {
            buffer[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    private XmlWriter raw(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
        return this;
    }

    private void reserve(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
