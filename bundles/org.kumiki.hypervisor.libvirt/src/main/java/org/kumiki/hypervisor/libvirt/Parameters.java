package org.kumiki.hypervisor.libvirt;

import java.util.HashMap;
import java.util.Map;

import org.kumiki.hypervisor.libvirt.rpc.ProtocolException;
import org.kumiki.hypervisor.libvirt.rpc.XdrReader;
import org.kumiki.hypervisor.libvirt.rpc.XdrWriter;

/** Names with values, each with its type before it ({@code virTypedParameter}). */
final class Parameters {

    private static final int INT = 1;
    private static final int UNSIGNED_INT = 2;
    private static final int LONG = 3;
    private static final int UNSIGNED_LONG = 4;
    private static final int DOUBLE = 5;
    private static final int BOOLEAN = 6;
    private static final int TEXT = 7;

    private record Entry(String name, Object value) {

        static Entry read(XdrReader from) {
            String name = from.text();
            int type = from.integer();
            return new Entry(name, switch (type) {
            case INT, BOOLEAN -> (long) from.integer();
            case UNSIGNED_INT -> Integer.toUnsignedLong(from.integer());
            case LONG, UNSIGNED_LONG -> from.hyper();
            case DOUBLE -> Double.longBitsToDouble(from.hyper());
            case TEXT -> from.text();
            default -> throw new ProtocolException("a parameter has the type " + type + ", which is not known");
            });
        }
    }

    private Parameters() {
    }

    /** Whole numbers are {@link Long}s, others {@link Double}s, texts {@link String}s. */
    static Map<String, Object> read(XdrReader from) {
        Map<String, Object> values = new HashMap<>();
        for (Entry entry : from.list(Entry::read)) {
            values.put(entry.name(), entry.value());
        }
        return values;
    }

    static void write(Map<String, String> texts, XdrWriter to) {
        to.integer(texts.size());
        texts.forEach((name, value) -> to.text(name).integer(TEXT).text(value));
    }

    static long number(Map<String, Object> values, String name) {
        return values.get(name) instanceof Long number ? number : 0;
    }
}
