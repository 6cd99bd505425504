package org.kumiki.aws.wire;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A value of a {@link StructureShape}: what a client asked, or what it is told. Immutable.
 * <p>
 * Members go by the names of the model on every protocol, so {@code Reservations} and not {@code reservationSet}. Asking
 * for a member that the shape lacks, or for one as something that it is not, throws {@link IllegalArgumentException}: a
 * misspelt member never passes for an absent one. What a client left out is an empty {@link Optional}, an empty list, a
 * structure without members, or false.
 */
public final class Structure {

    private final StructureShape shape;
    private final Object[] values;

    private Structure(StructureShape shape, Object[] values) {
        this.shape = shape;
        this.values = values;
    }

    public StructureShape shape() {
        return shape;
    }

    public boolean has(String member) {
        return values[shape.member(member).index()] != null;
    }

    /** The names of the members that were given. */
    public List<String> given() {
        return shape.members().stream().filter(member -> values[member.index()] != null).map(Member::name).toList();
    }

    /** Whether nothing at all was given. */
    public boolean isEmpty() {
        for (Object value : values) {
            if (value != null) {
                return false;
            }
        }
        return true;
    }

    public Optional<String> text(String member) {
        return Optional.ofNullable(get(member, String.class));
    }

    public String text(String member, String otherwise) {
        String text = get(member, String.class);
        return text == null ? otherwise : text;
    }

    /** @throws AwsException MissingParameter where the client left it out, or gave nothing for it */
    public String requiredText(String member) {
        String text = get(member, String.class);
        if (text == null || text.isEmpty()) {
            throw AwsException.missing(shape.member(member).queryName());
        }
        return text;
    }

    public OptionalInt number(String member) {
        Integer number = get(member, Integer.class);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    public int number(String member, int otherwise) {
        return number(member).orElse(otherwise);
    }

    public OptionalLong longNumber(String member) {
        Long number = get(member, Long.class);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /** False where it was left out. */
    public boolean flag(String member) {
        return flag(member, false);
    }

    public boolean flag(String member, boolean otherwise) {
        Boolean flag = get(member, Boolean.class);
        return flag == null ? otherwise : flag;
    }

    public Optional<Instant> time(String member) {
        return Optional.ofNullable(get(member, Instant.class));
    }

    public Optional<byte[]> bytes(String member) {
        return Optional.ofNullable(get(member, byte[].class)).map(byte[]::clone);
    }

    public List<String> texts(String member) {
        return list(member, String.class);
    }

    public List<Structure> structures(String member) {
        return list(member, Structure.class);
    }

    public Structure structure(String member) {
        if (!(shape.member(member).shape() instanceof StructureShape type)) {
            throw new IllegalArgumentException(shape + "." + member + " is no structure");
        }
        Structure structure = get(member, Structure.class);
        return structure == null ? type.absent() : structure;
    }

    /** Keys in the order they came; values are of the kinds that {@link ScalarShape.Kind} names, or structures, lists, maps. */
    @SuppressWarnings("unchecked") // a map's keys are scalars, and of AWS's maps all are text
    public Map<String, Object> map(String member) {
        Map<String, Object> map = get(member, Map.class);
        return map == null ? Map.of() : Collections.unmodifiableMap(map);
    }

    @SuppressWarnings("unchecked") // a list has one element shape, so its first element speaks for all
    private <T> List<T> list(String member, Class<T> element) {
        List<Object> list = get(member, List.class);
        if (list == null || list.isEmpty()) {
            return List.of();
        }
        if (!element.isInstance(list.get(0))) {
            throw new IllegalArgumentException(shape + "." + member + " is no list of " + element.getSimpleName());
        }
        return (List<T>) Collections.unmodifiableList(list);
    }

    private <T> T get(String member, Class<T> type) {
        Object value = values[shape.member(member).index()];
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException(shape + "." + member + " is no " + type.getSimpleName());
        }
        return type.cast(value);
    }

    /** Null where it is absent. */
    Object value(int index) {
        return values[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Structure that && shape == that.shape && Arrays.deepEquals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values);
    }

    /** The names of what is there: values hold user data and passwords, which belong in no log. */
    @Override
    public String toString() {
        return shape + given().toString();
    }

    /** Puts a structure together; not thread-safe, and of no use once built. */
    public static final class Builder {

        private final StructureShape shape;
        private Object[] values;

        Builder(StructureShape shape) {
            this.shape = shape;
            this.values = new Object[shape.members().size()];
        }

        /**
         * Sets a member, unless the value is null.
         *
         * @param value what {@link ScalarShape.Kind} names for a scalar; a collection or map of such; a built or unbuilt structure
         * @throws IllegalArgumentException where the shape has no such member or the value does not fit it
         */
        public Builder put(String member, Object value) {
            if (value != null) {
                Member m = shape.member(member);
                values[m.index()] = m.shape().check(value);
            }
            return this;
        }

        /** Sets a list of structures, each filled in from one item. */
        public <T> Builder list(String member, Iterable<? extends T> items, BiConsumer<? super T, Builder> fill) {
            Member m = shape.member(member);
            if (!(m.shape() instanceof Shape.ListShape list && list.element() instanceof StructureShape element)) {
                throw new IllegalArgumentException(shape + "." + member + " is no list of structures");
            }
            List<Object> built = new ArrayList<>();
            for (T item : items) {
                Builder one = element.build();
                fill.accept(item, one);
                built.add(one.build());
            }
            values[m.index()] = built;
            return this;
        }

        /** Sets a structure within this one. */
        public Builder structure(String member, Consumer<Builder> fill) {
            Member m = shape.member(member);
            if (!(m.shape() instanceof StructureShape inner)) {
                throw new IllegalArgumentException(shape + "." + member + " is no structure");
            }
            Builder builder = inner.build();
            fill.accept(builder);
            values[m.index()] = builder.build();
            return this;
        }

        /** Starts a structure that is to be a value of a map; {@link #put} takes the whole map. */
        public Builder element(String member) {
            if (!(shape.member(member).shape() instanceof Shape.MapShape map && map.value() instanceof StructureShape element)) {
                throw new IllegalArgumentException(shape + "." + member + " is no map of structures");
            }
            return element.build();
        }

        /** Sets a member to a value that a codec has already checked. */
        void set(Member member, Object value) {
            values[member.index()] = value;
        }

        boolean has(Member member) {
            return values[member.index()] != null;
        }

        public Structure build() {
            Structure structure = new Structure(shape, values);
            values = null; // a builder that is used on fails at once, instead of changing what was built
            return structure;
        }
    }
}
