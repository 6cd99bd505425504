package org.kumiki.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Function;

import org.kumiki.api.journal.Entry;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostRows;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.KeyPairId;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.model.VolumeId;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** Changes as entries of a journal, and other records as lines of text, and back. */
final class Records {

    private final ObjectMapper json = JsonMapper.builder().addModules(new Jdk8Module(), new JavaTimeModule(), identifiers())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    Entry entry(long sequence, Change<?, ?> change) {
        return new Entry(sequence, change.entity().name, change.key().toString(), change.value().map(this::write));
    }

    Change<?, ?> change(Entry entry) {
        return change(Entity.named(entry.kind()), entry);
    }

    private <K, V> Change<K, V> change(Entity<K, V> entity, Entry entry) {
        try {
            V value = json.readValue(entry.value().orElseThrow(), entity.type);
            return new Change<>(entity, entity.key(value), Optional.of(value));
        } catch (IOException e) {
            throw new UncheckedIOException("entry " + entry.sequence() + " of the journal (" + entry.kind() + " " + entry.key()
                    + ") cannot be read", e);
        }
    }

    <T> T read(String text, Class<T> type) throws IOException {
        return json.readValue(text, type);
    }

    String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SimpleModule identifiers() {
        SimpleModule module = new SimpleModule();
        text(module, AccountId.class, AccountId::new);
        text(module, AddressId.class, AddressId::new);
        text(module, GroupId.class, GroupId::new);
        text(module, HostId.class, HostId::new);
        text(module, ImageId.class, ImageId::new);
        text(module, InstanceId.class, InstanceId::new);
        text(module, KeyPairId.class, KeyPairId::new);
        text(module, NetworkId.class, NetworkId::new);
        text(module, PlacementGroupId.class, PlacementGroupId::new);
        text(module, SnapshotId.class, SnapshotId::new);
        text(module, TransferId.class, TransferId::new);
        text(module, VolumeId.class, VolumeId::new);
        text(module, HostRows.class, HostRows::parse);
        return module;
    }

    private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
        module.addSerializer(type, ToStringSerializer.instance);
        module.addDeserializer(type, new StdDeserializer<T>(type) {

            private static final long serialVersionUID = 1L;

            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                return parse.apply(parser.getText());
            }
        });
    }
}
