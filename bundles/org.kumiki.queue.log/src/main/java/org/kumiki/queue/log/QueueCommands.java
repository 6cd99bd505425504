package org.kumiki.queue.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.time.Timeline;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator sees of the queues of this machine. */
@GogoCommand(scope = "kumiki", function = "queues")
@Component(service = QueueCommands.class)
public class QueueCommands {

    private final LogQueueStore store;
    private final Timeline time;

    @Activate
    public QueueCommands(@Reference LogQueueStore store, @Reference Timeline time) {
        this.store = store;
        this.time = time;
    }

    @Descriptor("lists the queues, how many messages are in them, and for how long the oldest has been there")
    public String queues() {
        List<String> lines = new ArrayList<>(List.of("%10s %10s %10s %12s %12s  %s".formatted("VISIBLE", "IN FLIGHT", "DELAYED", "KIB", "OLDEST", "QUEUE")));
        for (MessageQueue queue : store.queues()) {
            try {
                Counts counts = store.counts(queue.id());
                String age = counts.oldest().map(sent -> age(Duration.between(sent, time.instant()))).orElse("");
                lines.add("%10d %10d %10d %12d %12s  %s".formatted(counts.visible(), counts.inFlight(), counts.delayed(), counts.bytes() + 1_023 >> 10,
                        age, clean(queue.id().toString())));
            } catch (QueueException e) {
                lines.add("%58s  %s: %s".formatted("", clean(queue.id().toString()), e.getMessage()));
            }
        }
        return String.join("\n", lines);
    }

    private static String age(Duration age) {
        return age.toDays() > 0 ? age.toDays() + " days" : "%d:%02d:%02d".formatted(age.toHours(), age.toMinutesPart(), age.toSecondsPart());
    }

    /** Clients name queues: what would steer a terminal does not reach one. */
    private static String clean(String text) {
        return text.replaceAll("\\p{C}", "?");
    }
}
