package org.kumiki.bench.tables;

import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.Wire;

/** The one domain of a measured server, through a connection of its own. For one thread. */
final class Domain implements Closeable {

    static final int BATCH = 25;

    private static final String NAME = "bench";
    private static final String[] COLORS = {"red", "green", "blue", "black", "white", "grey", "brown", "pink", "gold", "cyan"};

    private final Wire wire;

    Domain(Endpoint endpoint) {
        wire = new Wire(endpoint);
    }

    void create() throws IOException {
        call("CreateDomain", "");
    }

    /** Whatever was there of the item. */
    void put(int number) throws IOException {
        call("PutAttributes", "&ItemName=" + item(number) + attributes("", number));
    }

    /** So many items from one on. */
    void putAll(int first) throws IOException {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < BATCH; i++) {
            String prefix = "&Item." + (i + 1);
            form.append(prefix).append(".ItemName=").append(item(first + i)).append(attributes("Item." + (i + 1) + ".", first + i));
        }
        call("BatchPutAttributes", form.toString());
    }

    void get(int number) throws IOException {
        if (!call("GetAttributes", "&ItemName=" + item(number)).contains(value("serial", number))) {
            throw new IOException("GetAttributes did not answer with " + item(number));
        }
    }

    /** @param items how many it must find at least */
    void select(String where, int items) throws IOException {
        String body = ask("select * from " + NAME + " where " + where);
        int found = body.split("<Item>", -1).length - 1;
        if (found < items) {
            throw new IOException("Select found " + found + " items instead of " + items);
        }
    }

    void count(String where) throws IOException {
        ask("select count(*) from " + NAME + " where " + where);
    }

    private static String attributes(String prefix, int number) {
        StringBuilder form = new StringBuilder();
        int index = 1;
        for (String name : new String[] {"serial", "group", "color", "price", "text"}) {
            String attribute = "&" + prefix + "Attribute." + index++;
            form.append(attribute).append(".Name=").append(name).append(attribute).append(".Value=").append(value(name, number))
                    .append(attribute).append(".Replace=true");
        }
        return form.toString();
    }

    static String item(int number) {
        return "item-" + digits(number, 8);
    }

    /** What an item has of an attribute: a serial number of its own, a group of a hundred, one of ten colors, a price of any order, and a text. */
    static String value(String attribute, int number) {
        return switch (attribute) {
            case "serial" -> "S" + digits(number, 8);
            case "group" -> "G" + digits(number / 100, 6);
            case "color" -> COLORS[number % COLORS.length];
            case "price" -> digits(Math.floorMod(number * 2_654_435_761L, 100_000_000L), 8);
            default -> "some words about the item of the number " + digits(number, 8);
        };
    }

    private static String digits(long number, int count) {
        return String.format(Locale.ROOT, "%0" + count + "d", number);
    }

    private String ask(String question) throws IOException {
        return post("Select", "&SelectExpression=" + URLEncoder.encode(question, StandardCharsets.UTF_8));
    }

    private String call(String action, String parameters) throws IOException {
        return post(action, "&DomainName=" + NAME + parameters.replace(' ', '+'));
    }

    private String post(String action, String parameters) throws IOException {
        Wire.Response response = wire.post("sdb", "Action=" + action + "&Version=2009-04-15" + parameters);
        if (!response.isOk()) {
            throw new IOException(action + " answered " + response.status() + " " + response.body().replaceAll("(?s).*<Errors>|</Errors>.*", ""));
        }
        return response.body();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
