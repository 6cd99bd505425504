package org.kumiki.aws.simpledb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.kumiki.api.table.Attribute;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.Expectation;
import org.kumiki.api.table.Item;
import org.kumiki.api.table.ItemChange;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Items: to put, to get and to delete their attributes. */
final class Items {

    private static final String ITEM_NAME = "ItemName";
    private static final String ATTRIBUTES = "Attributes";
    private static final String NAME = "Name";
    private static final String VALUE = "Value";

    private final Tables tables;

    Items(Tables tables) {
        this.tables = tables;
    }

    void offer(Actions actions) {
        actions.command("PutAttributes", call -> change(call, put(call.input().requiredText(ITEM_NAME), call.input())))
                .command("DeleteAttributes", call -> change(call, delete(call.input().requiredText(ITEM_NAME), call.input())))
                .command("BatchPutAttributes", call -> changeAll(call, item -> put(item.requiredText(NAME), item)))
                .command("BatchDeleteAttributes", call -> changeAll(call, item -> delete(item.requiredText(NAME), item)))
                .query("GetAttributes", this::get);
    }

    private CompletionStage<Structure.Builder> change(Call call, ItemChange change) {
        tables.store().change(tables.domain(call), List.of(change), expectation(call.input().structure("Expected")));
        return CompletableFuture.completedStage(call.output());
    }

    private CompletionStage<Structure.Builder> changeAll(Call call, Function<Structure, ItemChange> change) {
        DomainId domain = tables.domain(call);
        List<Structure> items = call.input().structures("Items");
        if (items.isEmpty()) {
            throw AwsException.missing(ITEM_NAME);
        }
        if (items.size() > Bounds.MOST_ITEMS_CHANGED) {
            throw Refusals.submittedItems();
        }
        Set<String> names = new HashSet<>();
        List<ItemChange> changes = new ArrayList<>();
        for (Structure item : items) {
            ItemChange each = change.apply(item);
            if (!names.add(each.item())) {
                throw Refusals.duplicate(each.item());
            }
            changes.add(each);
        }
        tables.store().change(domain, changes, Optional.empty());
        return CompletableFuture.completedStage(call.output());
    }

    private static ItemChange put(String item, Structure from) {
        List<ItemChange.Assignment> assignments = attributes(from).stream().map(attribute -> new ItemChange.Assignment(name(attribute),
                Bounds.value(VALUE, attribute.text(VALUE).orElseThrow()), attribute.flag("Replace"))).toList();
        if (assignments.isEmpty()) {
            throw AwsException.missing("Attribute.1.Name");
        }
        return new ItemChange.Put(Bounds.name(ITEM_NAME, item), assignments);
    }

    private static ItemChange delete(String item, Structure from) {
        List<ItemChange.Removal> removals = attributes(from).stream().map(attribute -> new ItemChange.Removal(name(attribute),
                attribute.text(VALUE).map(value -> Bounds.value(VALUE, value)))).toList();
        return new ItemChange.Delete(Bounds.name(ITEM_NAME, item), removals);
    }

    private static List<Structure> attributes(Structure from) {
        List<Structure> attributes = from.structures(ATTRIBUTES);
        if (attributes.size() > Bounds.MOST_ATTRIBUTES) {
            throw Refusals.submittedAttributes();
        }
        return attributes;
    }

    private static String name(Structure attribute) {
        return Bounds.name(NAME, attribute.text(NAME).orElseThrow());
    }

    private static Optional<Expectation> expectation(Structure expected) {
        if (expected.isEmpty()) {
            return Optional.empty();
        }
        String attribute = Bounds.name("Expected.Name", expected.requiredText(NAME));
        Optional<String> value = expected.text(VALUE).map(text -> Bounds.value("Expected.Value", text));
        boolean exists = expected.flag("Exists", true);
        if (!exists && value.isPresent()) {
            throw AwsException.refuse("ExistsAndExpectedValue", "Expected.Exists=false and Expected.Value cannot be specified together");
        }
        if (exists && value.isEmpty()) {
            throw AwsException.refuse("IncompleteExpectedExpression",
                    "If Expected.Exists=true or unspecified, then Expected.Value has to be specified");
        }
        return Optional.of(new Expectation(attribute, value));
    }

    private Structure.Builder get(Call call) {
        DomainId domain = tables.domain(call);
        String name = Bounds.name(ITEM_NAME, call.input().requiredText(ITEM_NAME));
        List<String> asked = call.input().texts("AttributeNames");
        if (asked.size() > Bounds.MOST_ATTRIBUTES) {
            throw Refusals.requestedAttributes();
        }
        Set<String> names = Set.copyOf(asked);
        List<Attribute> attributes = tables.store().item(domain, name).map(Item::attributes).orElse(List.of());
        return call.output().list(ATTRIBUTES,
                attributes.stream().filter(each -> names.isEmpty() || names.contains(each.name())).toList(), Items::fill);
    }

    static void fill(Attribute attribute, Structure.Builder out) {
        out.put(NAME, attribute.name()).put(VALUE, attribute.value());
    }
}
