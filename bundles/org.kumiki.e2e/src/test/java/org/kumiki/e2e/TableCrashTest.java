package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.amazonaws.services.simpledb.AmazonSimpleDBClient;
import com.amazonaws.services.simpledb.model.CreateDomainRequest;

/**
 * The platform is killed while clients put and delete items, again and again: every acknowledged change is there afterwards, a batch as a whole, and
 * conditions have held.
 */
class TableCrashTest {

    private static final int CRASHES = Integer.getInteger("kumiki.e2e.table.crashes", 5);
    private static final int CLIENTS = 4;

    private final Map<String, Integer> answered = new TreeMap<>();
    private int unanswered;
    private Platform platform;

    @BeforeEach
    void prepare() {
        platform = Platform.prepare().start();
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void losesNoAcknowledgedChangeAndBreaksNoCondition() {
        AmazonSimpleDBClient client = platform.tables();
        try {
            client.createDomain(new CreateDomainRequest("crashes"));
            TableLoad load = new TableLoad(client, "crashes");
            for (int crash = 0; crash < CRASHES; crash++) {
                workUntilKilled(load);
                platform.start();
                load.check();
            }
        } finally {
            client.shutdown();
        }
        System.out.printf("killed %d times; answered %s; %d unanswered%n", CRASHES, answered, unanswered);
        assertThat(answered).containsOnlyKeys("add", "count", "delete", "put", "put several");
    }

    private void workUntilKilled(TableLoad load) {
        Clients clients = new Clients();
        try (clients) {
            load.work(clients, CLIENTS);
            clients.more(100 + ThreadLocalRandom.current().nextInt(200));
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000_000)); // not always at the same point
            platform.kill();
        }
        clients.answered.forEach((what, count) -> answered.merge(what, count, Integer::sum));
        unanswered += clients.failures.size();
    }
}
