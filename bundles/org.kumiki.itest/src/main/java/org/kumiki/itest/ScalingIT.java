package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Receive;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/**
 * What Animoto did in April 2008, over three days: from some tens of servers to thousands, and back. Hosts and guests are simulated; everything else is what
 * runs in a datacenter.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class ScalingIT {

    private static final String GROUP = "animoto";
    private static final QueueId QUEUE = new QueueId(Estate.OPERATOR.account(), GROUP);
    private static final int HOURS = 96;
    private static final int STEP_HOURS = 4;
    private static final int QUIET = 50;
    private static final int PEAK = 3_400;

    Estate estate;
    Configuration configuration;
    QueueStore queues;

    @BeforeAll
    void build(@InjectBundleContext BundleContext context, @InjectService(timeout = 30_000) ConfigurationAdmin admin,
            @InjectService(timeout = 30_000) QueueStore store) throws Exception {
        estate = new Estate(context, admin, 512);
        queues = store;
        queues.create(QUEUE, new QueueSettings(Duration.ZERO, Duration.ofMinutes(10), Duration.ofDays(4), Optional.empty(), Ordering.NONE, Map.of()));
        configuration = admin.getFactoryConfiguration("org.kumiki.scaling.queue", GROUP, "?");
        configuration.update(new Hashtable<>(Map.of("name", GROUP, "account", QUEUE.owner().value(), "queue", QUEUE.name(), "image", Estate.IMAGE.value(),
                "least", 10, "most", 4_000, "messagesPerWorker", 1, "calmSeconds", 0.5, "everySeconds", 0.1)));
    }

    @AfterAll
    void remove() throws Exception {
        configuration.delete();
        queues.delete(QUEUE);
        estate.close();
    }

    @Test
    void workersFollowTheQueueFromTensToThousandsAndBackAndNoJobIsLost() {
        Map<String, Integer> jobs = new HashMap<>();
        List<Integer> curve = new ArrayList<>();
        for (int hour = 0; hour <= HOURS; hour += STEP_HOURS) {
            int arriving = arriving(hour);
            send(jobs.size(), arriving).forEach(id -> jobs.put(id, 0));
            long waiting = queues.counts(QUEUE).visible();

            Inventory grown = estate.await(inventory -> workers(inventory) >= waiting);
            curve.add(workers(grown));
            work(workers(grown)).forEach(id -> jobs.merge(id, 1, Integer::sum));
        }
        estate.await(inventory -> workers(inventory) == 10);

        assertThat(curve.get(0)).isBetween(QUIET, 2 * QUIET);
        assertThat(curve).anyMatch(workers -> workers > 3_000);
        assertThat(jobs.values()).containsOnly(1);
        assertThat(queues.counts(QUEUE)).extracting(Counts::visible, Counts::inFlight, Counts::delayed).containsExactly(0L, 0L, 0L);
    }

    /** In that hour, for each hour that a worker has: a logistic curve up, as news spread, and one down. */
    private static int arriving(int hour) {
        double up = 1 / (1 + Math.exp(-(hour - 40) / 6.0));
        double down = 1 / (1 + Math.exp((hour - 76) / 4.0));
        return QUIET + (int) Math.round((PEAK - QUIET) * up * down);
    }

    private List<String> send(int first, int count) {
        List<Outgoing> messages = IntStream.range(first, first + count)
                .mapToObj(job -> new Outgoing("clip " + job, Map.of(), Optional.empty(), Optional.empty(), Optional.empty())).toList();
        return Estate.get(queues.send(QUEUE, messages)).stream().map(sent -> sent.id()).toList();
    }

    /** Each worker does one job. */
    private List<String> work(int workers) {
        List<String> done = new ArrayList<>();
        while (done.size() < workers) {
            Receive receive = new Receive(Math.min(10, workers - done.size()), Optional.empty(), Duration.ZERO, Optional.empty());
            List<Delivery> deliveries = Estate.get(queues.receive(QUEUE, receive));
            if (deliveries.isEmpty()) {
                break;
            }
            assertThat(Estate.get(queues.delete(QUEUE, deliveries.stream().map(Delivery::receipt).toList()))).containsOnly(Outcome.DONE);
            deliveries.forEach(delivery -> done.add(delivery.id()));
        }
        return done;
    }

    private static int workers(Inventory inventory) {
        return (int) inventory.instances().stream().filter(ScalingIT::works).count();
    }

    private static boolean works(Instance instance) {
        return GROUP.equals(instance.tags().get("kumiki:scaling")) && instance.state() == InstanceState.RUNNING;
    }
}
