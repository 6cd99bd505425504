package org.kumiki.bench.queues;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.Wire;

/** A queue of a measured server, through a connection of its own. For one thread. */
final class Queue implements Closeable {

    private static final Pattern URL = Pattern.compile("\"QueueUrl\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern RECEIPT = Pattern.compile("\"ReceiptHandle\"\\s*:\\s*\"([^\"]+)\"");
    private static final String BODY = "x".repeat(256);
    private static final int GROUPS = 1000;
    private static final int MOST = 10;
    /** So many times in a row there is nothing to receive before somebody has lost a message. */
    private static final int PATIENCE = 10_000;

    private final Wire wire;
    private final boolean groups;
    private String url = "";

    /** @param groups whether its messages are kept in order */
    Queue(Endpoint endpoint, boolean groups) {
        this.wire = new Wire(endpoint);
        this.groups = groups;
    }

    /** Makes it, or finds it. */
    void open(String name) throws IOException {
        String attributes = groups ? ",\"Attributes\":{\"FifoQueue\":\"true\"}" : "";
        Matcher found = URL.matcher(ask("CreateQueue", "{\"QueueName\":\"" + name + (groups ? ".fifo" : "") + "\"" + attributes + "}"));
        if (!found.find()) {
            throw new IOException("no address of the queue " + name);
        }
        url = found.group(1);
    }

    /** Sends a message, receives one, and deletes it. */
    void one() throws IOException {
        ask("SendMessage", "{" + address() + "," + message() + "}");
        String receipt = receive(1).get(0);
        ask("DeleteMessage", "{" + address() + ",\"ReceiptHandle\":\"" + receipt + "\"}");
    }

    /** Sends ten messages, receives as many, and deletes them. */
    void ten() throws IOException {
        fill();
        List<String> receipts = receive(MOST);
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < receipts.size(); i++) {
            entries.append(i == 0 ? "" : ",").append("{\"Id\":\"").append(i).append("\",\"ReceiptHandle\":\"").append(receipts.get(i)).append("\"}");
        }
        whole("DeleteMessageBatch", ask("DeleteMessageBatch", "{" + address() + ",\"Entries\":[" + entries + "]}"));
    }

    /** Sends ten messages. */
    void fill() throws IOException {
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < MOST; i++) {
            entries.append(i == 0 ? "" : ",").append("{\"Id\":\"").append(i).append("\",").append(message()).append('}');
        }
        whole("SendMessageBatch", ask("SendMessageBatch", "{" + address() + ",\"Entries\":[" + entries + "]}"));
    }

    private List<String> receive(int number) throws IOException {
        List<String> receipts = new ArrayList<>();
        for (int attempt = 0; receipts.size() < number; attempt++) {
            if (attempt > PATIENCE) {
                throw new IOException("messages that were sent are not to be had");
            }
            Matcher found = RECEIPT.matcher(ask("ReceiveMessage", "{" + address() + ",\"MaxNumberOfMessages\":" + (number - receipts.size()) + "}"));
            while (found.find()) {
                receipts.add(found.group(1));
            }
        }
        return receipts;
    }

    private String address() {
        return "\"QueueUrl\":\"" + url + "\"";
    }

    private String message() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "\"MessageBody\":\"" + BODY + "\"" + (groups ? ",\"MessageGroupId\":\"g" + random.nextInt(GROUPS) + "\",\"MessageDeduplicationId\":\""
                + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong()) + "\"" : "");
    }

    private static void whole(String operation, String answer) throws IOException {
        if (answer.contains("SenderFault")) {
            throw new IOException(operation + " failed in part: " + answer);
        }
    }

    private String ask(String operation, String json) throws IOException {
        Wire.Response response = wire.post(operation, json);
        if (!response.isOk()) {
            throw new IOException(operation + " answered " + response.status() + " " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
