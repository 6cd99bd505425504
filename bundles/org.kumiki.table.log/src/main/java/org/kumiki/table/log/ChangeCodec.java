package org.kumiki.table.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.Attribute;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.Item;
import org.kumiki.table.log.Change.DomainGone;
import org.kumiki.table.log.Change.DomainMade;
import org.kumiki.table.log.Change.ItemsSet;
import org.kumiki.wal.Codec;
import org.kumiki.wal.Decoder;
import org.kumiki.wal.Encoder;

/** How changes are written. The number of a kind never changes. */
final class ChangeCodec implements Codec<Change> {

    private static final int DOMAIN_MADE = 1;
    private static final int DOMAIN_GONE = 2;
    private static final int ITEMS_SET = 3;

    @Override
    public void write(Change change, Encoder out) {
        if (change instanceof DomainMade made) {
            out.putByte(DOMAIN_MADE).putSmall(made.number()).put(made.id().owner().value()).put(made.id().name()).put(made.created().toEpochMilli());
        } else if (change instanceof DomainGone gone) {
            out.putByte(DOMAIN_GONE).putSmall(gone.number());
        } else if (change instanceof ItemsSet items) {
            out.putByte(ITEMS_SET).putSmall(items.number()).putSmall(items.set().size());
            items.set().forEach(item -> write(item, out));
            out.putSmall(items.gone().size());
            items.gone().forEach(out::put);
        }
    }

    private static void write(Item item, Encoder out) {
        out.put(item.name()).putSmall(item.size());
        item.attributes().forEach(attribute -> out.put(attribute.name()).put(attribute.value()));
    }

    @Override
    public Change read(Decoder in) {
        int kind = in.unsignedByte();
        return switch (kind) {
            case DOMAIN_MADE -> new DomainMade(in.small(), new DomainId(new AccountId(in.text()), in.text()), Instant.ofEpochMilli(in.number()));
            case DOMAIN_GONE -> new DomainGone(in.small());
            case ITEMS_SET -> items(in);
            default -> throw new IllegalArgumentException("a record of the unknown kind " + kind);
        };
    }

    private static ItemsSet items(Decoder in) {
        long number = in.small();
        List<Item> set = new ArrayList<>();
        for (int rest = in.count(); rest > 0; rest--) {
            set.add(item(in));
        }
        List<String> gone = new ArrayList<>();
        for (int rest = in.count(); rest > 0; rest--) {
            gone.add(in.text());
        }
        return new ItemsSet(number, set, gone);
    }

    private static Item item(Decoder in) {
        String name = in.text();
        List<Attribute> attributes = new ArrayList<>();
        for (int rest = in.count(); rest > 0; rest--) {
            attributes.add(new Attribute(in.text(), in.text()));
        }
        return new Item(name, attributes);
    }

    @Override
    public boolean makesRoom(Change change) {
        return change instanceof DomainGone || change instanceof ItemsSet items && items.set().isEmpty();
    }
}
