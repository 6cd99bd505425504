package org.kumiki.queue.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.Redrive;
import org.kumiki.queue.log.Change.Added;
import org.kumiki.queue.log.Change.Gone;
import org.kumiki.queue.log.Change.Hidden;
import org.kumiki.queue.log.Change.Key;
import org.kumiki.queue.log.Change.Purged;
import org.kumiki.queue.log.Change.QueueGone;
import org.kumiki.queue.log.Change.QueueSet;
import org.kumiki.queue.log.Change.Redriven;
import org.kumiki.queue.log.Change.Relocated;
import org.kumiki.queue.log.Change.Remembered;
import org.kumiki.queue.log.Change.Repeated;
import org.kumiki.queue.log.Change.Restored;
import org.kumiki.queue.log.Change.Stored;
import org.kumiki.queue.log.Change.Taken;
import org.kumiki.wal.Codec;
import org.kumiki.wal.Decoder;
import org.kumiki.wal.Encoder;

/** How changes are written. The number of a kind never changes. */
final class ChangeCodec implements Codec<Change> {

    private static final int QUEUE_SET = 1;
    private static final int QUEUE_GONE = 2;
    private static final int ADDED = 3;
    private static final int TAKEN = 4;
    private static final int HIDDEN = 5;
    private static final int GONE = 6;
    private static final int PURGED = 7;
    private static final int REDRIVEN = 8;
    private static final int RELOCATED = 9;
    private static final int STORED = 10;
    private static final int REMEMBERED = 11;
    private static final int RESTORED = 12;
    private static final int KEY = 13;
    private static final int REPEATED = 14;
    private static final int MOVED = 15;

    @Override
    public void write(Change change, Encoder out) {
        if (change instanceof Added added) {
            added.content().writeTo(out.putByte(added.moved() ? MOVED : ADDED).put(added.sent()).put(added.due()));
        } else if (change instanceof Taken taken) {
            out.putByte(TAKEN).put(taken.queue()).put(taken.time()).put(taken.until()).put(taken.attempt());
            put(taken.sequences(), out);
        } else if (change instanceof Gone gone) {
            put(gone.sequences(), out.putByte(GONE).put(gone.queue()));
        } else if (change instanceof Hidden hidden) {
            put(hidden.sequences(), out.putByte(HIDDEN).put(hidden.queue()));
            put(hidden.until(), out);
        } else if (change instanceof Redriven redriven) {
            put(redriven.sequences(), out.putByte(REDRIVEN).put(redriven.queue()).put(redriven.to()).put(redriven.first()));
        } else if (change instanceof Purged purged) {
            out.putByte(PURGED).put(purged.queue()).put(purged.last());
        } else if (change instanceof Relocated relocated) {
            relocated.content().writeTo(out.putByte(RELOCATED).put(relocated.queue()).put(relocated.sequence()));
        } else {
            writeRare(change, out);
        }
    }

    private static void writeRare(Change change, Encoder out) {
        if (change instanceof QueueSet set) {
            put(set.settings(), out.putByte(QUEUE_SET).put(set.queue()).put(set.lastSequence()));
        } else if (change instanceof QueueGone gone) {
            out.putByte(QUEUE_GONE).put(gone.queue());
        } else if (change instanceof Repeated repeated) {
            out.putByte(REPEATED).put(repeated.queue()).put(repeated.attempt()).put(repeated.until());
        } else if (change instanceof Stored stored) {
            put(stored.rows(), out.putByte(STORED).put(stored.queue()), Row::writeTo);
        } else if (change instanceof Remembered remembered) {
            put(remembered.sent(), out.putByte(REMEMBERED).put(remembered.queue()), Duplicates.Memory::writeTo);
            put(remembered.attempts(), out, Attempt::writeTo);
        } else if (change instanceof Restored restored) {
            out.putByte(RESTORED).put(restored.queue());
        } else if (change instanceof Key key) {
            out.putByte(KEY).put(key.lastQueue()).putSmall(key.secret().length).put(key.secret());
        }
    }

    @Override
    public Change read(Decoder in) {
        int kind = in.unsignedByte();
        return switch (kind) {
            case QUEUE_SET -> new QueueSet(in.integer(), in.number(), queue(in));
            case QUEUE_GONE -> new QueueGone(in.integer());
            case ADDED, MOVED -> new Added(in.number(), in.number(), kind == MOVED, Content.read(in));
            case TAKEN -> taken(in);
            case HIDDEN -> new Hidden(in.integer(), numbers(in), numbers(in));
            case GONE -> new Gone(in.integer(), numbers(in));
            case PURGED -> new Purged(in.integer(), in.number());
            case REDRIVEN -> redriven(in);
            case RELOCATED -> new Relocated(in.integer(), in.number(), Content.read(in));
            case STORED -> new Stored(in.integer(), list(in, Row::read));
            case REMEMBERED -> new Remembered(in.integer(), list(in, Duplicates.Memory::read), list(in, Attempt::read));
            case RESTORED -> new Restored(in.integer());
            case KEY -> key(in);
            case REPEATED -> new Repeated(in.integer(), in.text(), in.number());
            default -> throw new IllegalArgumentException("a record of the unknown kind " + kind);
        };
    }

    /** On a full disk messages are taken and deleted, too: who works a queue off makes room. */
    @Override
    public boolean makesRoom(Change change) {
        return !(change instanceof Added || change instanceof QueueSet || change instanceof Relocated);
    }

    private static Taken taken(Decoder in) {
        int queue = in.integer();
        long time = in.number();
        long until = in.number();
        Optional<String> attempt = in.optionalText();
        return new Taken(queue, time, until, numbers(in), attempt);
    }

    private static Redriven redriven(Decoder in) {
        int queue = in.integer();
        int to = in.integer();
        long first = in.number();
        return new Redriven(queue, to, numbers(in), first);
    }

    private static Key key(Decoder in) {
        int lastQueue = in.integer();
        return new Key(in.bytes(in.count()), lastQueue);
    }

    private static void put(List<Long> numbers, Encoder out) {
        put(numbers, out, (number, to) -> to.putSmall(number));
    }

    private static List<Long> numbers(Decoder in) {
        return list(in, Decoder::small);
    }

    private static <T> void put(List<T> things, Encoder out, BiConsumer<T, Encoder> write) {
        out.putSmall(things.size());
        things.forEach(each -> write.accept(each, out));
    }

    private static <T> List<T> list(Decoder in, Function<Decoder, T> read) {
        int count = in.count();
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(read.apply(in));
        }
        return list;
    }

    private static void put(MessageQueue queue, Encoder out) {
        QueueSettings settings = queue.settings();
        out.put(queue.id().owner().value()).put(queue.id().name()).put(queue.created().toEpochMilli()).put(queue.changed().toEpochMilli());
        out.put(settings.delay().toMillis()).put(settings.visibility().toMillis()).put(settings.retention().toMillis());
        out.put(settings.redrive().isPresent());
        settings.redrive().ifPresent(redrive -> out.put(redrive.to().owner().value()).put(redrive.to().name()).put(redrive.afterReceives()));
        out.put(settings.ordering().name()).put(settings.attributes());
    }

    private static MessageQueue queue(Decoder in) {
        QueueId id = id(in);
        Instant created = Instant.ofEpochMilli(in.number());
        Instant changed = Instant.ofEpochMilli(in.number());
        Duration delay = Duration.ofMillis(in.number());
        Duration visibility = Duration.ofMillis(in.number());
        Duration retention = Duration.ofMillis(in.number());
        Optional<Redrive> redrive = in.flag() ? Optional.of(new Redrive(id(in), in.integer())) : Optional.empty();
        Ordering ordering = Ordering.valueOf(in.text());
        return new MessageQueue(id, created, changed, new QueueSettings(delay, visibility, retention, redrive, ordering, in.attributes()));
    }

    private static QueueId id(Decoder in) {
        return new QueueId(new AccountId(in.text()), in.text());
    }
}
