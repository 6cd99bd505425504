package org.kumiki.store.jdbc.queues;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.Redrive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Settings and attributes as JSON. Fields that are not known are passed over, so that a newer platform may write more. */
final class SettingsCodec {

    private static final ObjectMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final TypeReference<Map<String, String>> ATTRIBUTES = new TypeReference<>() {
    };

    private SettingsCodec() {
    }

    /** Settings, with times in milliseconds; where nothing goes to another queue, null for it. */
    private record Settings(long delay, long visibility, long retention, String redriveOwner, String redriveName, int redriveAfter, Ordering ordering,
            Map<String, String> attributes) {

        static Settings of(QueueSettings settings) {
            Optional<Redrive> redrive = settings.redrive();
            return new Settings(settings.delay().toMillis(), settings.visibility().toMillis(), settings.retention().toMillis(),
                    redrive.map(each -> each.to().owner().value()).orElse(null), redrive.map(each -> each.to().name()).orElse(null),
                    redrive.map(Redrive::afterReceives).orElse(0), settings.ordering(), settings.attributes());
        }

        QueueSettings toSettings() {
            Optional<Redrive> redrive = Optional.ofNullable(redriveName)
                    .map(to -> new Redrive(new QueueId(new AccountId(redriveOwner), to), redriveAfter));
            return new QueueSettings(Duration.ofMillis(delay), Duration.ofMillis(visibility), Duration.ofMillis(retention), redrive, ordering, attributes);
        }
    }

    static String write(QueueSettings settings) {
        return encode(Settings.of(settings));
    }

    static QueueSettings settings(String json) {
        return decode(() -> JSON.readValue(json, Settings.class)).toSettings();
    }

    static String write(Map<String, String> attributes) {
        return encode(attributes);
    }

    static Map<String, String> attributes(String json) {
        return decode(() -> JSON.readValue(json, ATTRIBUTES));
    }

    private static String encode(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not text: " + e.getOriginalMessage(), e);
        }
    }

    private interface Reading<T> {

        T read() throws IOException;
    }

    private static <T> T decode(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new QueueException(Reason.CORRUPT, "a row of the queues was written by something else: " + e.getMessage(), e);
        }
    }
}
