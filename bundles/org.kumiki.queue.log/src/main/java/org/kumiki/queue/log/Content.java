package org.kumiki.queue.log;

import java.util.Map;
import java.util.Optional;

import org.kumiki.api.queue.Outgoing;
import org.kumiki.wal.Decoder;
import org.kumiki.wal.Encoder;

/**
 * What of a message stays in the log.
 *
 * @param queue    that it was sent to, which with the sequence makes its identifier
 * @param sequence that it had there
 */
record Content(int queue, long sequence, String body, Map<String, String> attributes, Optional<String> group, Optional<String> deduplication) {

    static Content of(int queue, long sequence, Outgoing message) {
        return new Content(queue, sequence, message.body(), message.attributes(), message.group(), message.deduplication());
    }

    void writeTo(Encoder out) {
        out.put(queue).put(sequence).put(body).put(attributes).put(group).put(deduplication);
    }

    static Content read(Decoder in) {
        return new Content(in.integer(), in.number(), in.text(), in.attributes(), in.optionalText(), in.optionalText());
    }
}
