package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.s3.S3Client;

/** The platform is killed while clients write, again and again: every acknowledged object is there afterwards and whole, and no half one. */
class ObjectCrashTest {

    private static final int CRASHES = Integer.getInteger("kumiki.e2e.object.crashes", 5);
    private static final int CLIENTS = 3;
    private static final int CLIENTS_OF_VERSIONS = 2;

    private final Map<String, Integer> answered = new TreeMap<>();
    private int unanswered;
    private Platform platform;

    @BeforeEach
    void prepare() {
        platform = Platform.prepare();
        start();
    }

    /** With what makes a start quick, because there are many. */
    private void start() {
        platform.starting().with(Map.of("KUMIKI_JAVA_OPTS", "-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC")).run().text();
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void losesNoAcknowledgedObjectAndShowsNoHalfOne() {
        try (S3Client client = platform.objects()) {
            client.createBucket(create -> create.bucket("objects"));
            client.createBucket(create -> create.bucket("versions"));
            ObjectLoad objects = new ObjectLoad(client, "objects");
            VersionLoad versions = new VersionLoad(client, "versions");
            for (int crash = 0; crash < CRASHES; crash++) {
                workUntilKilled(objects, versions);
                start();
                objects.check();
                versions.check();
            }
        }
        System.out.printf("killed %d times; answered %s; %d unanswered%n", CRASHES, answered, unanswered);
        assertThat(answered).containsOnlyKeys("begin", "complete", "copy", "delete", "delete version", "put large", "put marker", "put small",
                "put version");
    }

    private void workUntilKilled(ObjectLoad objects, VersionLoad versions) {
        Clients clients = new Clients();
        try (clients) {
            objects.work(clients, CLIENTS);
            versions.work(clients, CLIENTS_OF_VERSIONS);
            clients.more(40 + ThreadLocalRandom.current().nextInt(60));
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000_000)); // not always at the same point
            platform.kill();
        }
        clients.answered.forEach((what, count) -> answered.merge(what, count, Integer::sum));
        unanswered += clients.failures.size();
    }
}
