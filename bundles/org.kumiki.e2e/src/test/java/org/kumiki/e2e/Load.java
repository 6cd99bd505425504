package org.kumiki.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

import software.amazon.awssdk.services.ec2.Ec2Client;

/** Clients that keep launching, looking at and terminating instances, and remember what they were promised. Closing it stops them. */
final class Load implements AutoCloseable {

    /** So many instances a client keeps before it terminates the oldest. */
    private static final int KEEPS = 10;

    /** What was launched by each token, and has been acknowledged. */
    final Map<String, List<String>> launched = new ConcurrentHashMap<>();
    /** Launches that failed: they may have happened or not, but not twice. */
    final Map<String, Integer> uncertain = new ConcurrentHashMap<>();
    final Set<String> terminated = ConcurrentHashMap.newKeySet();
    /** What somebody tried to terminate, with or without an answer. */
    private final Set<String> doomed = ConcurrentHashMap.newKeySet();

    private final Clients clients = new Clients();
    private final Ec2Client client;
    private final String image;

    Load(Ec2Client client, int number) {
        this.client = client;
        this.image = Paper.imageId(client);
        for (int i = 0; i < number; i++) {
            List<String> mine = new ArrayList<>();
            clients.add(() -> act(mine));
        }
    }

    private void act(List<String> mine) {
        int count = ThreadLocalRandom.current().nextInt(1, 4);
        String token = UUID.randomUUID().toString();
        uncertain.put(token, count);
        clients.request("launch", () -> {
            List<String> instances = Paper.ids(client.runInstances(Paper.launch(image, count, token)).instances());
            launched.put(token, instances);
            uncertain.remove(token);
            mine.addAll(instances);
        });
        if (!mine.isEmpty()) {
            clients.request("describe", () -> client.describeInstances(describe -> describe.instanceIds(mine.get(mine.size() - 1))));
        }
        while (mine.size() > KEEPS) {
            String oldest = mine.remove(0);
            doomed.add(oldest);
            clients.request("terminate", () -> {
                client.terminateInstances(terminate -> terminate.instanceIds(oldest));
                terminated.add(oldest);
            });
        }
    }

    /** Waits until so many more requests were answered. */
    void more(int number) {
        clients.more(number);
    }

    Queue<String> failures() {
        return clients.failures;
    }

    /** Every instance that was promised and not asked to go. */
    Set<String> promised() {
        return launched.values().stream().flatMap(List::stream).filter(instance -> !doomed.contains(instance)).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        clients.close();
    }
}
