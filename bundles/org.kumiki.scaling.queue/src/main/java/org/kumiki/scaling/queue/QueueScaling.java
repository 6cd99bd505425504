package org.kumiki.scaling.queue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;

import org.kumiki.api.command.DeviceMapping;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.InstanceCommand.Terminate;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.time.Timeline;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a queue every now and then, and sees to it that there are as many workers as it has work for.
 * <p>
 * It keeps nothing but what was wanted of late. Workers are known by a tag, so that it finds them again whoever was restarted meanwhile; one that
 * dies is replaced, because it is not counted any more. A worker that is ended in the middle of its work has not deleted its message, which another
 * one is given when its time is up.
 */
@Designate(ocd = Config.class, factory = true)
@Component(service = QueueScaling.class, immediate = true, configurationPid = "org.kumiki.scaling.queue", configurationPolicy = ConfigurationPolicy.REQUIRE)
public class QueueScaling {

    private static final Logger LOG = LoggerFactory.getLogger(QueueScaling.class);
    private static final double SOONEST = 0.1;

    /** A request may not ask for more; the others follow at the next look. */
    private static final int MOST_AT_ONCE = 1_000;

    private final String name;
    private final QueueId queue;
    private final Caller caller;
    private final LaunchSpec spec;
    private final List<DeviceMapping> devices;
    private final Sizing sizing;
    private final Duration every;
    private final Datacenter datacenter;
    private final QueueStore queues;
    private final Timeline timeline;
    private final ExecutorService thread;
    private volatile Runnable cancel = () -> { };
    private volatile Report report;

    /** Of the thread alone; null before the first look. */
    private Memory memory;

    /** @throws IllegalArgumentException with what is wrong in the configuration */
    @Activate
    public QueueScaling(@Reference Datacenter datacenter, @Reference QueueStore queues, @Reference Timeline timeline, Config config) {
        this.name = named("name", config.name());
        AccountId account = new AccountId(config.account());
        this.queue = new QueueId(account, named("queue", config.queue()));
        this.caller = new Caller(account, false, "scaling " + name);
        this.sizing = new Sizing(config.least(), config.most(), config.messagesPerWorker(), seconds(config.calmSeconds()));
        this.every = seconds(config.everySeconds());
        if (config.everySeconds() < SOONEST) {
            throw new IllegalArgumentException("everySeconds is " + config.everySeconds() + ", and must be " + SOONEST + " or more");
        }
        this.spec = new LaunchSpec(config.type(), new ImageId(config.image()), Optional.of(config.key()).filter(key -> !key.isEmpty()), List.of(),
                userData(config.userData()), true, PlacementRules.ANYWHERE);
        this.devices = Stream.of(config.devices()).map(QueueScaling::device).toList();
        this.datacenter = datacenter;
        this.queues = queues;
        this.timeline = timeline;
        this.report = new Report(name, queue, 0, 0, 0, 0, 0, "has not looked yet");
        this.thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "kumiki-scaling-" + name));
        later(Duration.ZERO);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }

    private static String named(String what, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(what + " is missing in the configuration");
        }
        return value;
    }

    private static Optional<String> userData(String file) {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(file))));
        } catch (IOException e) {
            throw new UncheckedIOException("the user data of workers cannot be read: " + file, e);
        }
    }

    private static DeviceMapping device(String text) {
        int sign = text.indexOf('=');
        if (sign < 1) {
            throw new IllegalArgumentException("\"" + text + "\" is no device: write /dev/sdf=snap-…");
        }
        return new DeviceMapping(text.substring(0, sign), true, Optional.of(new SnapshotId(text.substring(sign + 1))), Optional.empty(),
                Optional.of(true));
    }

    /** How the group is doing. */
    Report report() {
        return report;
    }

    @Deactivate
    void close() {
        thread.shutdownNow();
        cancel.run();
    }

    private void later(Duration delay) {
        cancel = timeline.after(delay, () -> {
            try {
                thread.execute(this::look);
            } catch (RejectedExecutionException e) {
                LOG.debug("group {} is not looked after any more", name, e);
            }
        });
    }

    private void look() {
        CompletionStage<String> done;
        try {
            done = act();
        } catch (RuntimeException e) {
            done = CompletableFuture.failedStage(e);
        }
        done.whenComplete((said, failure) -> {
            report = report.noting(failure == null ? said : failed(failure instanceof CompletionException ? failure.getCause() : failure));
            later(every);
        });
    }

    /** Whatever it is, it is tried again; and it is logged once, not each time. */
    private String failed(Throwable failure) {
        boolean refused = failure instanceof QueueException || failure instanceof DatacenterException;
        String note = refused ? failure.getMessage() : failure.toString();
        if (!note.equals(report.note())) {
            LOG.warn("group {} is not as large as it should be: {}", name, note, refused ? null : failure);
        }
        return note;
    }

    /** Completes with what is to be said about it. */
    private CompletionStage<String> act() {
        Instant now = timeline.instant();
        Workers workers = Workers.of(datacenter.inventory(), caller.account(), name);
        Counts counts = queues.counts(queue);
        Sizing.Decision decision = sizing.decide(memory == null ? Memory.of(now, workers.size()) : memory, now, counts.visible() + counts.inFlight(),
                workers.size());
        memory = decision.memory();
        report = new Report(name, queue, counts.visible(), counts.inFlight(), workers.size(), decision.wanted(), decision.size(), report.note());
        int more = Math.min(MOST_AT_ONCE, decision.size() - workers.size());
        if (more > 0) {
            Launch launch = new Launch(spec, devices, 1, more, Optional.empty(), Map.of("Name", name, Workers.TAG, name), Map.of(), false);
            return datacenter.submit(caller, launch).thenApply(made -> made.instances().size() + " launched" + (made.instances().size() < more
                    ? ", there is no room for the other " + (more - made.instances().size()) : ""));
        }
        List<InstanceId> leaving = workers.leaving(-more);
        if (!leaving.isEmpty()) {
            return datacenter.submit(caller, new Terminate(leaving)).thenApply(changes -> changes.size() + " ended");
        }
        return CompletableFuture.completedStage("as large as it should be");
    }

    /**
     * @param wanted by the queue at this moment
     * @param size   that the group is to have; it follows what is wanted when that has been less for long enough
     * @param note   what was done last, or why it could not be done
     */
    record Report(String name, QueueId queue, long waiting, long atWork, int workers, int wanted, int size, String note) {

        Report noting(String newNote) {
            return new Report(name, queue, waiting, atWork, workers, wanted, size, newNote);
        }
    }
}
