package org.kumiki.wal;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** A store as small as there can be: numbers with a text each. Texts stay in the log. */
final class Notes implements State<Notes.Entry>, Codec<Notes.Entry> {

    sealed interface Entry {
    }

    record Written(long number, String text) implements Entry {
    }

    record Erased(long number) implements Entry {
    }

    /** Where a text is that was written before a checkpoint. */
    record At(long number, Place place) implements Entry {
    }

    /** A text once more, in case it is still the one that was there. */
    record Moved(long number, String text, Place from) implements Entry {
    }

    /** What a segment began with when these notes had a log of their own. */
    record Begun(long salt) implements Entry {
    }

    private final NavigableMap<Long, Place> places = new TreeMap<>();
    private final Map<Long, Long> live = new HashMap<>();

    @Override
    public void write(Entry entry, Encoder out) {
        if (entry instanceof Written written) {
            out.putByte(1).put(written.number()).put(written.text());
        } else if (entry instanceof Erased erased) {
            out.putByte(2).put(erased.number());
        } else if (entry instanceof At at) {
            put(at.place(), out.putByte(3).put(at.number()));
        } else if (entry instanceof Moved moved) {
            put(moved.from(), out.putByte(4).put(moved.number()).put(moved.text()));
        } else if (entry instanceof Begun begun) {
            out.putByte(5).put(begun.salt());
        }
    }

    private static void put(Place place, Encoder out) {
        out.put(place.segment()).put(place.position()).put(place.length());
    }

    private static Place place(Decoder in) {
        return new Place(in.number(), in.number(), in.integer());
    }

    @Override
    public Entry read(Decoder in) {
        int kind = in.unsignedByte();
        return switch (kind) {
            case 1 -> new Written(in.number(), in.text());
            case 2 -> new Erased(in.number());
            case 3 -> new At(in.number(), place(in));
            case 4 -> new Moved(in.number(), in.text(), place(in));
            case 5 -> new Begun(in.number());
            default -> throw new IllegalArgumentException("kind " + kind);
        };
    }

    @Override
    public boolean makesRoom(Entry entry) {
        return entry instanceof Erased;
    }

    @Override
    public OptionalLong salt(Entry entry) {
        return entry instanceof Begun begun ? OptionalLong.of(begun.salt()) : OptionalLong.empty();
    }

    @Override
    public synchronized void apply(Entry entry, Place place) {
        if (entry instanceof Written written) {
            set(written.number(), Optional.of(place));
        } else if (entry instanceof Erased erased) {
            set(erased.number(), Optional.empty());
        } else if (entry instanceof At at) {
            set(at.number(), Optional.of(at.place()));
        } else if (entry instanceof Moved moved && moved.from().equals(places.get(moved.number()))) {
            set(moved.number(), Optional.of(place));
        }
    }

    private void set(long number, Optional<Place> now) {
        Optional<Place> before = now.isPresent() ? Optional.ofNullable(places.put(number, now.get())) : Optional.ofNullable(places.remove(number));
        before.ifPresent(place -> live.merge(place.segment(), (long) -place.length(), Long::sum));
        now.ifPresent(place -> live.merge(place.segment(), (long) place.length(), Long::sum));
    }

    @Override
    public synchronized Snapshot<Entry> snapshot() {
        Map<Long, Place> all = places();
        return target -> {
            for (Map.Entry<Long, Place> each : all.entrySet()) {
                target.put(new At(each.getKey(), each.getValue()));
            }
        };
    }

    @Override
    public synchronized long live(long segment) {
        return live.getOrDefault(segment, 0L);
    }

    @Override
    public synchronized long live() {
        return live.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void move(Set<Long> segments, WriteAheadLog<Entry> log) throws IOException {
        for (Map.Entry<Long, Place> each : places().entrySet()) {
            if (segments.contains(each.getValue().segment())) {
                log.append(List.of(new Moved(each.getKey(), text(log.read(each.getValue())), each.getValue()))).join();
            }
        }
    }

    synchronized Map<Long, Place> places() {
        return new TreeMap<>(places);
    }

    Map<Long, String> texts(WriteAheadLog<Entry> log) throws IOException {
        Map<Long, String> texts = new TreeMap<>();
        for (Map.Entry<Long, Place> each : places().entrySet()) {
            texts.put(each.getKey(), text(log.read(each.getValue())));
        }
        return texts;
    }

    private static String text(Entry entry) {
        return entry instanceof Moved moved ? moved.text() : ((Written) entry).text();
    }
}
