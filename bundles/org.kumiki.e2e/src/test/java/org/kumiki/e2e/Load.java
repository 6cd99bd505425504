package org.kumiki.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;

/**
 * Clients that keep launching, looking at and terminating instances, and remember what they were promised. Each request is made once: what
 * fails has failed, and they all stop. Closing it stops them, too.
 */
final class Load implements AutoCloseable {

    /** So many instances a client keeps before it terminates the oldest. */
    private static final int KEEPS = 10;
    private static final Duration TO_STOP = Duration.ofSeconds(90);

    /** What was launched by each token, and has been acknowledged. */
    final Map<String, List<String>> launched = new ConcurrentHashMap<>();
    /** Launches that failed: they may have happened or not, but not twice. */
    final Map<String, Integer> uncertain = new ConcurrentHashMap<>();
    final Set<String> terminated = ConcurrentHashMap.newKeySet();
    /** What somebody tried to terminate, with or without an answer. */
    private final Set<String> doomed = ConcurrentHashMap.newKeySet();
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    final AtomicLong requests = new AtomicLong();

    private final Ec2Client client;
    private final String image;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Load(Ec2Client client, int clients) {
        this.client = client;
        this.image = Paper.imageId(client);
        for (int i = 0; i < clients; i++) {
            threads.add(new Thread(this::live, "load-" + i));
        }
        threads.forEach(Thread::start);
    }

    private void live() {
        List<String> mine = new ArrayList<>();
        while (!stopped) {
            int count = ThreadLocalRandom.current().nextInt(1, 4);
            String token = UUID.randomUUID().toString();
            uncertain.put(token, count);
            request("launch " + token, () -> {
                List<String> instances = Paper.ids(client.runInstances(Paper.launch(image, count, token)).instances());
                launched.put(token, instances);
                uncertain.remove(token);
                mine.addAll(instances);
            });
            if (!mine.isEmpty()) {
                request("describe", () -> client.describeInstances(describe -> describe.instanceIds(mine.get(mine.size() - 1))));
            }
            while (mine.size() > KEEPS) {
                String oldest = mine.remove(0);
                doomed.add(oldest);
                request("terminate " + oldest, () -> {
                    client.terminateInstances(terminate -> terminate.instanceIds(oldest));
                    terminated.add(oldest);
                });
            }
        }
    }

    private void request(String what, Runnable call) {
        requests.incrementAndGet();
        try {
            call.run();
        } catch (SdkException e) {
            failures.add(what + ": " + e.getMessage());
            stopped = true;
        }
    }

    /** Waits until so many more requests were made. */
    void more(int number) {
        long goal = requests.get() + number;
        Await.until(number + " more requests", Duration.ofSeconds(120), () -> requests.get() >= goal || stopped);
        if (stopped) {
            throw new AssertionError("a request failed: " + failures);
        }
    }

    /** Every instance that was promised and not asked to go. */
    Set<String> promised() {
        return launched.values().stream().flatMap(List::stream).filter(instance -> !doomed.contains(instance)).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(TO_STOP.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " hangs");
            }
        }
    }
}
