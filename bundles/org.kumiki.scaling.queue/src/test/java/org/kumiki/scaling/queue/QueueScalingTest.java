package org.kumiki.scaling.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.DeviceMapping;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.InstanceCommand.Terminate;
import org.kumiki.api.command.Reservation;
import org.kumiki.api.command.StateChange;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.time.Timeline;

class QueueScalingTest {

    private static final AccountId OWNER = new AccountId("000000000001");

    /** A clock that moves when the test says so, and whoever waits for it. */
    private static final class Time implements Timeline {

        private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        private volatile Instant now = Instant.parse("2008-04-14T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            waiting.add(task);
            return () -> waiting.remove(task);
        }

        /** Lets a look happen, and returns when it is over. */
        void pass(Duration time) throws InterruptedException {
            now = now.plus(time);
            Runnable task = waiting.poll(30, TimeUnit.SECONDS);
            assertThat(task).as("it looks again").isNotNull();
            task.run();
            Runnable next = waiting.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("it will look again").isNotNull();
            waiting.add(next);
        }
    }

    private final Time time = new Time();
    private final Map<InstanceId, Instance> instances = new HashMap<>();
    private final List<Caller> callers = new ArrayList<>();
    private volatile long waiting;
    private volatile int room = 1_000;
    private volatile boolean queueIsThere = true;
    private QueueScaling group;

    @AfterEach
    void close() {
        if (group != null) {
            group.close();
        }
    }

    @Test
    void workersComeAndGoWithTheQueue() throws InterruptedException {
        start(Map.of());
        waiting = 95;
        time.pass(Duration.ZERO);
        assertThat(instances).hasSize(10);
        assertThat(group.report().note()).isEqualTo("10 launched");

        waiting = 0;
        time.pass(Duration.ofSeconds(10));
        assertThat(instances).hasSize(10);

        time.pass(Duration.ofSeconds(301));
        assertThat(instances).hasSize(1);
        assertThat(callers).allMatch(caller -> caller.account().equals(OWNER) && !caller.operator());
    }

    @Test
    void theYoungestLeavesFirstAndWhoIsProtectedStays() throws InterruptedException {
        start(Map.of("least", 0));
        worker(1, InstanceState.RUNNING, 0, false);
        worker(2, InstanceState.RUNNING, 100, true);
        worker(3, InstanceState.RUNNING, 50, false);
        worker(4, InstanceState.PENDING, 0, false);
        waiting = 20;
        time.pass(Duration.ZERO);
        time.pass(Duration.ofSeconds(301));

        assertThat(instances.keySet()).containsExactlyInAnyOrder(id(1), id(2));
    }

    @Test
    void othersAreNotCountedAndNotEnded() throws InterruptedException {
        start(Map.of("least", 0));
        Instance stopped = worker(1, InstanceState.STOPPED, 0, false);
        Instance of = worker(2, InstanceState.RUNNING, 0, false).withTags(Map.of(Workers.TAG, "another"));
        instances.put(of.id(), of);
        time.pass(Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1_000));

        assertThat(instances).containsOnlyKeys(stopped.id(), of.id());
        assertThat(group.report().workers()).isZero();
    }

    @Test
    void whatThereIsNoRoomForIsSaidAndTriedAgain() throws InterruptedException {
        start(Map.of());
        waiting = 100;
        room = 4;
        time.pass(Duration.ZERO);
        assertThat(group.report().note()).isEqualTo("4 launched, there is no room for the other 6");
        room = 0;
        time.pass(Duration.ofSeconds(1));
        assertThat(group.report().note()).isEqualTo("there is no room");
        room = 1_000;
        time.pass(Duration.ofSeconds(1));

        assertThat(instances).hasSize(10);
    }

    @Test
    void aQueueThatIsGoneChangesNothing() throws InterruptedException {
        start(Map.of());
        waiting = 30;
        time.pass(Duration.ZERO);
        queueIsThere = false;
        time.pass(Duration.ofSeconds(1_000));

        assertThat(instances).hasSize(3);
        assertThat(group.report().note()).isEqualTo("there is no queue");
    }

    @Test
    void workersAreToldWhatTheFileSays(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("data"), "#!/bin/sh\n");
        start(Map.of("userData", file.toString()));
        time.pass(Duration.ZERO);

        assertThat(instances.values()).allMatch(instance -> new String(Base64.getDecoder().decode(instance.spec().userData().orElseThrow()))
                .equals("#!/bin/sh\n"));
    }

    @Test
    void aConfigurationThatLacksSomethingIsRefused() {
        assertThatThrownBy(() -> start(Map.of("queue", ""))).hasMessageContaining("queue is missing");
        assertThatThrownBy(() -> start(Map.of("userData", "/nowhere"))).hasMessageContaining("user data of workers cannot be read: /nowhere");
        assertThatThrownBy(() -> start(Map.of("devices", new String[] { "sdf" }))).hasMessageContaining("\"sdf\" is no device");
        assertThatThrownBy(() -> start(Map.of("everySeconds", 0.01))).hasMessageContaining("everySeconds");
    }

    private void start(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of("name", "codec", "account", OWNER.value(), "queue", "jobs", "image", "ami-00000000000000001",
                "least", 1, "most", 50, "messagesPerWorker", 10, "calmSeconds", 300.0, "everySeconds", 10.0));
        all.putAll(Map.of("type", "t2.nano", "key", "", "userData", "", "devices", new String[] { "/dev/sdf=snap-00000000000000001" }));
        all.putAll(settings);
        Config config = proxy(Config.class, (method, arguments) -> all.get(method));
        group = new QueueScaling(proxy(Datacenter.class, this::datacenter), proxy(QueueStore.class, this::queues), time, config);
    }

    private Object queues(String method, Object[] arguments) {
        assertThat(method).isEqualTo("counts");
        assertThat(arguments[0]).isEqualTo(new QueueId(OWNER, "jobs"));
        if (!queueIsThere) {
            throw new QueueException(QueueException.Reason.NO_SUCH_QUEUE, "there is no queue");
        }
        return new Counts(waiting, 0, 0, 0, Optional.empty());
    }

    private Object datacenter(String method, Object[] arguments) {
        if (method.equals("inventory")) {
            return proxy(Inventory.class, (table, none) -> proxy(Table.class, (walk, nothing) -> List.copyOf(instances.values()).stream()));
        }
        callers.add((Caller) arguments[0]);
        if (arguments[1] instanceof Terminate end) {
            instances.keySet().removeAll(end.instances());
            return CompletableFuture.completedStage(end.instances().stream()
                    .map(id -> new StateChange(id, InstanceState.RUNNING, InstanceState.SHUTTING_DOWN)).toList());
        }
        Launch launch = (Launch) arguments[1];
        assertThat(launch.devices()).extracting(DeviceMapping::name).containsExactly("/dev/sdf");
        int count = Math.min(room, launch.max());
        if (count < launch.min()) {
            return CompletableFuture.failedStage(new DatacenterException(DatacenterException.Reason.NO_CAPACITY, DatacenterException.Kind.INSTANCE, null,
                    "there is no room"));
        }
        List<Instance> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instance instance = new Instance(id(instances.size() + 1_000), OWNER, "r-1", i, launch.spec(), null, Optional.empty(), InstanceState.PENDING,
                    Optional.empty(), time.instant(), time.instant(), Optional.empty(), null, false, launch.tags(), 1);
            instances.put(instance.id(), instance);
            made.add(instance);
        }
        return CompletableFuture.completedStage(new Reservation("r-1", OWNER, made));
    }

    private Instance worker(int number, InstanceState state, int launched, boolean isProtected) {
        Instance instance = new Instance(id(number), OWNER, "r-0", 0, null, null, Optional.empty(), state, Optional.empty(),
                time.instant().plusSeconds(launched), time.instant(), Optional.empty(), null, isProtected, Map.of(Workers.TAG, "codec"), 1);
        instances.put(instance.id(), instance);
        return instance;
    }

    private static InstanceId id(int number) {
        return new InstanceId("i-%017x".formatted(number));
    }

    private interface Answers {
        Object answer(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
                (self, method, arguments) -> answers.answer(method.getName(), arguments)));
    }
}
