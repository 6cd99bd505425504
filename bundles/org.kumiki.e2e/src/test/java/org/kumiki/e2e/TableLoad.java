package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.amazonaws.services.simpledb.AmazonSimpleDB;
import com.amazonaws.services.simpledb.model.AmazonSimpleDBException;
import com.amazonaws.services.simpledb.model.Attribute;
import com.amazonaws.services.simpledb.model.BatchPutAttributesRequest;
import com.amazonaws.services.simpledb.model.DeleteAttributesRequest;
import com.amazonaws.services.simpledb.model.GetAttributesRequest;
import com.amazonaws.services.simpledb.model.Item;
import com.amazonaws.services.simpledb.model.PutAttributesRequest;
import com.amazonaws.services.simpledb.model.ReplaceableAttribute;
import com.amazonaws.services.simpledb.model.ReplaceableItem;
import com.amazonaws.services.simpledb.model.SelectRequest;
import com.amazonaws.services.simpledb.model.SelectResult;
import com.amazonaws.services.simpledb.model.UpdateCondition;

/**
 * Clients that keep putting and deleting items of a domain, one and several at a time, each items of its own, and know for every item what may be found
 * there; and that all count in one item, each put on the condition that nobody else has counted meanwhile.
 */
final class TableLoad {

    private static final int ITEMS = 10;
    private static final int BATCH = 5;
    private static final String VALUE = "value";
    private static final String COUNTER = "counter";
    private static final String REFUSED = "ConditionalCheckFailed";

    /** What an item may have, by its name: first what was acknowledged, and one more for a request that was not; nothing is an empty list of values. */
    private final Map<String, List<Set<String>>> possible = new ConcurrentHashMap<>();
    private final AtomicInteger acts = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();
    /** What was put into several items at a time, without an acknowledgement yet; by the first of them. */
    private final Map<String, String> several = new ConcurrentHashMap<>();
    private final Set<Integer> counted = ConcurrentHashMap.newKeySet();
    /** Numbers that somebody has tried to count. */
    private final Set<Integer> tried = ConcurrentHashMap.newKeySet();
    private final Set<Integer> countedTwice = ConcurrentHashMap.newKeySet();
    private final AmazonSimpleDB client;
    private final String domain;

    /** @param domain that is there, and empty */
    TableLoad(AmazonSimpleDB client, String domain) {
        this.client = client;
        this.domain = domain;
        client.putAttributes(new PutAttributesRequest(domain, COUNTER, List.of(new ReplaceableAttribute(VALUE, "0", true))));
    }

    /** Lets so many more clients work, until these are closed. */
    void work(Clients clients, int number) {
        for (int i = 0; i < number; i++) {
            String prefix = i + "/";
            clients.add(() -> act(clients, prefix));
        }
    }

    private void act(Clients clients, String prefix) {
        String item = prefix + ThreadLocalRandom.current().nextInt(ITEMS);
        switch (acts.getAndIncrement() % 8) {
            case 0, 4 -> clients.request("count", this::count);
            case 1 -> clients.request("delete", () -> change(item, Set.of(), () -> client.deleteAttributes(new DeleteAttributesRequest(domain, item))));
            case 2 -> clients.request("put several", () -> putSeveral(prefix));
            case 3 -> clients.request("add", () -> add(item, newValue()));
            default -> clients.request("put", () -> {
                String value = newValue();
                change(item, Set.of(value), () -> client.putAttributes(new PutAttributesRequest(domain, item, List.of(replacing(value)))));
            });
        }
    }

    private String newValue() {
        return String.valueOf(next.getAndIncrement());
    }

    private static ReplaceableAttribute replacing(String value) {
        return new ReplaceableAttribute(VALUE, value, true);
    }

    private void add(String item, String value) {
        Set<String> more = new TreeSet<>(acknowledged(item));
        more.add(value);
        change(item, more, () -> client.putAttributes(new PutAttributesRequest(domain, item, List.of(new ReplaceableAttribute(VALUE, value, false)))));
    }

    /** All of them or none. */
    private void putSeveral(String prefix) {
        String value = newValue();
        List<String> items = ofBatch(prefix);
        several.put(prefix, value);
        items.forEach(item -> possible.put(item, List.of(acknowledged(item), Set.of(value))));
        client.batchPutAttributes(new BatchPutAttributesRequest(domain,
                items.stream().map(item -> new ReplaceableItem(item, List.of(replacing(value)))).toList()));
        items.forEach(item -> possible.put(item, List.of(Set.of(value))));
        several.remove(prefix);
    }

    private static List<String> ofBatch(String prefix) {
        return Stream.iterate(0, number -> number + 1).limit(BATCH).map(number -> prefix + number).toList();
    }

    private void count() {
        int before = Integer.parseInt(found(COUNTER).iterator().next());
        PutAttributesRequest put = new PutAttributesRequest(domain, COUNTER, List.of(replacing(String.valueOf(before + 1))),
                new UpdateCondition(VALUE, String.valueOf(before), true));
        try {
            tried.add(before + 1);
            client.putAttributes(put);
        } catch (AmazonSimpleDBException e) {
            if (REFUSED.equals(e.getErrorCode())) {
                return; // somebody else was quicker
            }
            throw e;
        }
        if (!counted.add(before + 1)) {
            countedTwice.add(before + 1);
        }
    }

    /** Until a change is acknowledged, what there was before may be found as well. */
    private void change(String item, Set<String> to, Runnable request) {
        possible.put(item, List.of(acknowledged(item), to));
        request.run();
        possible.put(item, List.of(to));
    }

    private Set<String> acknowledged(String item) {
        return possible.getOrDefault(item, List.of(Set.of())).get(0);
    }

    /** Looks for every item, while nobody works: each has what it may have, by name and in a Select, and nobody has counted twice or back. */
    void check() {
        possible.replaceAll((item, values) -> {
            Set<String> found = found(item);
            assertThat(values).as("the values of %s", item).contains(found);
            return List.of(found);
        });
        several.forEach((prefix, value) -> assertThat(ofBatch(prefix).stream().filter(item -> acknowledged(item).contains(value)).count())
                .as("items that have what was put into several").isIn(0L, (long) BATCH));
        several.clear();
        Map<String, Set<String>> expected = new TreeMap<>(possible.entrySet().stream().filter(entry -> !acknowledged(entry.getKey()).isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> acknowledged(entry.getKey()))));
        expected.put(COUNTER, found(COUNTER));
        assertThat(selected()).isEqualTo(expected);
        checkCounter();
    }

    private void checkCounter() {
        int counter = Integer.parseInt(found(COUNTER).iterator().next());
        assertThat(countedTwice).isEmpty();
        int last = counted.stream().mapToInt(Integer::intValue).max().orElse(0);
        assertThat(counter).as("the last that was counted").isGreaterThanOrEqualTo(last);
        for (int number = 1; number <= counter; number++) {
            assertThat(tried).as("whoever counted %d", number).contains(number);
            counted.add(number);
        }
    }

    private Set<String> found(String item) {
        Set<String> values = new TreeSet<>();
        client.getAttributes(new GetAttributesRequest(domain, item).withConsistentRead(true)).getAttributes().stream().map(Attribute::getValue).forEach(values::add);
        return values;
    }

    private Map<String, Set<String>> selected() {
        Map<String, Set<String>> found = new TreeMap<>();
        SelectRequest select = new SelectRequest("select * from `" + domain + "`", true);
        do {
            SelectResult page = client.select(select);
            for (Item item : page.getItems()) {
                Set<String> values = new TreeSet<>();
                item.getAttributes().forEach(attribute -> values.add(attribute.getValue()));
                found.put(item.getName(), values);
            }
            select.setNextToken(page.getNextToken());
        } while (select.getNextToken() != null);
        return found;
    }
}
