package org.kumiki.hypervisor.qemu;

import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.node.Node;
import org.kumiki.hypervisor.qemu.qmp.Qmp;
import org.kumiki.hypervisor.qemu.qmp.QmpException;
import org.kumiki.hypervisor.qemu.qmp.QmpListener;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What one guest's QEMU is told, and what it tells. Methods wait for QEMU's answer; failures are {@link QmpException}s. */
final class Monitor implements AutoCloseable {

    private static final Duration TO_GREET = Duration.ofSeconds(30);
    private static final Duration TO_ANSWER = Duration.ofSeconds(15);
    private static final long BETWEEN_LOOKS_MILLIS = 100;
    private static final Duration TO_CANCEL = Duration.ofSeconds(30);

    /** Told what happens to the machine. Called on the connection's thread: nothing may wait here. */
    interface Watcher {

        void shutDown(Monitor monitor);

        void lost(Monitor monitor, String reason);
    }

    private final Watcher watcher;
    private final Map<String, CompletableFuture<Void>> unplugging = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> jobs = new ConcurrentHashMap<>();
    private volatile CompletableFuture<Void> shutdown = new CompletableFuture<>();
    private final Object heard = new Object();
    private volatile long stoppedAt;
    private volatile long resumedAt;
    private boolean newsOfMigration;
    private volatile Qmp qmp;

    private Monitor(Watcher watcher) {
        this.watcher = watcher;
    }

    static Monitor connect(Node node, InstanceId guest, GuestFiles files, Watcher watcher) throws IOException, InterruptedException {
        ByteChannel channel = node.connect(files.qmp());
        Monitor monitor = new Monitor(watcher);
        try {
            monitor.qmp = await(Qmp.open(channel, "kumiki-qemu-" + guest, monitor.new Events(), TO_GREET));
            if (monitor.status().equals("shutdown")) { // while nobody listened
                monitor.shutdown.complete(null);
                watcher.shutDown(monitor);
            }
            return monitor;
        } catch (InterruptedException | RuntimeException e) {
            hangUp(channel, e);
            throw e;
        }
    }

    /** QEMU talks to one at a time: as long as this one is there, it says nothing to the next. */
    private static void hangUp(ByteChannel channel, Exception reason) {
        try {
            channel.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private final class Events implements QmpListener {

        @Override
        public void event(String name, JsonNode data) {
            note(name);
            if (name.equals("SHUTDOWN")) {
                shutdown.complete(null);
                watcher.shutDown(Monitor.this);
            } else if (name.equals("DEVICE_DELETED")) {
                CompletableFuture<Void> unplugged = unplugging.remove(data.path("device").asText());
                if (unplugged != null) {
                    unplugged.complete(null);
                }
            } else if (name.equals("BLOCK_JOB_COMPLETED") || name.equals("BLOCK_JOB_CANCELLED")) {
                CompletableFuture<Void> job = jobs.get(data.path("device").asText());
                if (job != null && name.equals("BLOCK_JOB_COMPLETED") && !data.has("error")) {
                    job.complete(null);
                } else if (job != null) {
                    job.completeExceptionally(QmpException.refused(data.path("error").asText("it was cancelled")));
                }
            }
        }

        @Override
        public void closed(String reason) {
            jobs.values().forEach(job -> job.completeExceptionally(QmpException.lost(reason)));
            watcher.lost(Monitor.this, reason);
        }
    }

    /** What was heard of the guest's standing still, its going on, and its migration, for whoever waits for that. */
    private void note(String event) {
        synchronized (heard) {
            switch (event) {
                case "STOP" -> stoppedAt = System.nanoTime();
                case "RESUME" -> resumedAt = System.nanoTime();
                case "MIGRATION" -> newsOfMigration = true;
                default -> {
                    return;
                }
            }
            heard.notifyAll();
        }
    }

    /** Waits for news of a migration, but no longer than so. */
    void awaitMigration(Duration patience) throws InterruptedException {
        synchronized (heard) {
            if (!newsOfMigration) {
                heard.wait(Math.max(1, patience.toMillis()));
            }
            newsOfMigration = false;
        }
    }

    /** Waits for the guest to go on, which it may do already. */
    boolean resumes(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!status().equals("running")) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            synchronized (heard) {
                if (resumedAt == 0) {
                    heard.wait(Math.max(1, Math.min(left / 1_000_000, BETWEEN_LOOKS_MILLIS)));
                }
            }
        }
        return true;
    }

    /** Whether the guest has been heard to go on here. */
    boolean hasRun() {
        return resumedAt != 0;
    }

    /** From the standing still of a guest at one end to its going on at the other, as both were heard here; zero if they were not. */
    static Duration between(Monitor source, Monitor destination) {
        return source.stoppedAt == 0 || destination.resumedAt == 0 ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, destination.resumedAt - source.stoppedAt));
    }

    static ObjectNode arguments() {
        return Qmp.arguments();
    }

    /** Whether an object of this type and name is there. */
    boolean has(String type, String name) throws InterruptedException {
        for (JsonNode object : ask("qom-list", arguments().put("path", "/objects"))) {
            if (object.path("name").asText().equals(name) && object.path("type").asText().equals("child<" + type + ">")) {
                return true;
            }
        }
        return false;
    }

    JsonNode ask(String command) throws InterruptedException {
        return ask(command, Qmp.arguments());
    }

    JsonNode ask(String command, ObjectNode arguments) throws InterruptedException {
        return await(tell(command, arguments));
    }

    /** Gives a command and does not wait for the answer. QEMU carries commands out in the order in which they are given. */
    CompletableFuture<JsonNode> tell(String command, ObjectNode arguments) {
        return qmp.execute(command, arguments, TO_ANSWER);
    }

    /** Breaks the channel of a migration, whatever QEMU waits for: what was to be sent is not, and the migration has failed. */
    void breakMigration() throws InterruptedException {
        ObjectNode arguments = arguments();
        arguments.putArray("instances").addObject().put("type", "migration");
        await(qmp.executeOutOfBand("yank", arguments, TO_ANSWER));
    }

    /** Whether QEMU answers within so long. */
    boolean listens(Duration patience) throws InterruptedException {
        return isAnswered(tell("query-status", arguments()), patience);
    }

    /** {@code running}, {@code paused}, {@code shutdown}, &hellip; */
    String status() throws InterruptedException {
        return ask("query-status").path("status").asText();
    }

    /** Presses the power button. */
    void powerDown() throws InterruptedException {
        ask("system_powerdown");
    }

    /** Waits for the guest to switch its machine off. */
    boolean shutsDown(Duration patience) throws InterruptedException {
        try {
            shutdown.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is never completed so
        }
    }

    /** Restarts the machine, whether it is on or has been shut down. */
    void reset() throws InterruptedException {
        shutdown = new CompletableFuture<>();
        ask("system_reset");
        ask("cont");
    }

    /** Lets the network know where the guest is now: at once, and a few times more, for frames get lost. */
    void announce() throws InterruptedException {
        ask("announce-self", arguments().put("initial", 50).put("max", 550).put("rounds", 5).put("step", 100));
    }

    /** Ends the process. Disks are flushed. */
    void quit() throws InterruptedException {
        ask("quit");
    }

    /** Takes what the guest has written to its console since the last time; what is taken is gone. */
    byte[] takeConsole() throws InterruptedException {
        JsonNode text = ask("ringbuf-read", Qmp.arguments().put("device", "console").put("size", QemuCommand.CONSOLE_BYTES).put("format", "base64"));
        return Base64.getDecoder().decode(text.asText());
    }

    /** A command in the words of the human monitor, for the few things that QMP has none for. Its output is empty if it worked. */
    String human(String command) throws InterruptedException {
        return ask("human-monitor-command", Qmp.arguments().put("command-line", command)).asText().strip();
    }

    /** The named parts of the block layer. */
    Set<String> blockNodes() throws InterruptedException {
        return new HashSet<>(ask("query-named-block-nodes", Qmp.arguments().put("flat", true)).findValuesAsText("node-name"));
    }

    /** When a job of the block layer is over; to be asked before it is begun. Fails if the job does. */
    CompletableFuture<Void> jobEnds(String job) {
        CompletableFuture<Void> end = jobs.computeIfAbsent(job, name -> new CompletableFuture<>());
        end.whenComplete((done, failure) -> jobs.remove(job, end));
        return end;
    }

    /** Breaks a job off, and waits until it has let go of its disks. */
    void cancel(String job) throws InterruptedException {
        CompletableFuture<Void> end = jobEnds(job);
        try {
            ask("block-job-cancel", Qmp.arguments().put("device", job).put("force", true));
            end.exceptionally(cancelled -> null).get(TO_CANCEL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (QmpException e) {
            if (!e.answered()) {
                throw e;
            } // else it was over already
        } catch (TimeoutException e) {
            throw QmpException.lost("the job " + job + " does not end");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is never completed so
        } finally {
            end.cancel(false);
        }
    }

    /** Asks the guest to let go of a device, and waits until it has. */
    boolean unplug(String device, Duration patience) throws InterruptedException {
        CompletableFuture<Void> unplugged = unplugging.computeIfAbsent(device, name -> new CompletableFuture<>());
        try {
            ask("device_del", Qmp.arguments().put("id", device));
            unplugged.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is never completed so
        } finally {
            unplugging.remove(device, unplugged);
        }
    }

    @Override
    public void close() {
        qmp.close();
    }

    /** Waits for several answers; fails with the first failure. */
    static void await(List<CompletableFuture<JsonNode>> answers) throws InterruptedException {
        for (CompletableFuture<JsonNode> answer : answers) {
            await(answer);
        }
    }

    /** Waits for an answer, but no longer than so; it may be a failure. */
    static boolean isAnswered(CompletableFuture<JsonNode> answer, Duration patience) throws InterruptedException {
        try {
            answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    static <T> T await(CompletableFuture<T> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException wrapped ? wrapped.getCause() : e.getCause();
            throw cause instanceof QmpException known ? known : new IllegalStateException(cause);
        }
    }
}
