package org.kumiki.api.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;

class GuestTurnsTest {

    private static final InstanceId ONE = new InstanceId("i-00000000000000001");
    private static final InstanceId OTHER = new InstanceId("i-00000000000000002");

    private final GuestTurns turns = new GuestTurns();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void takesTurnsForOneGuestOnly() throws Exception {
        List<Integer> unsafe = new ArrayList<>();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Future<?> first = threads.submit(() -> turns.alone(ONE, () -> {
            held.countDown();
            release.await();
            return unsafe.add(1);
        }));
        held.await();
        List<Future<?>> others = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            others.add(threads.submit(() -> turns.alone(ONE, () -> unsafe.add(2))));
        }

        assertThat(turns.alone(OTHER, () -> "at once")).isEqualTo("at once");
        assertThat(unsafe).isEmpty();
        release.countDown();
        first.get();
        for (Future<?> other : others) {
            other.get();
        }
        assertThat(unsafe).hasSize(51).startsWith(1, 2);
    }

    @Test
    void mayBeginATurnInATurn() {
        assertThat(turns.<String>alone(ONE, () -> turns.alone(ONE, () -> "within"))).isEqualTo("within");
    }

    @Test
    void whoeverWaitsForAGuestThatIsForgottenIsStillAlone() throws Exception {
        List<String> unsafe = new ArrayList<>();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Future<?> destroyer = threads.submit(() -> turns.alone(ONE, () -> {
            held.countDown();
            release.await();
            turns.forget(ONE);
            return unsafe.add("destroyed");
        }));
        held.await();
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(threads.submit(() -> turns.alone(ONE, () -> unsafe.add("again"))));
        }
        release.countDown();
        destroyer.get();
        for (Future<?> each : waiting) {
            each.get();
        }

        assertThat(unsafe).hasSize(51).startsWith("destroyed", "again");
    }

    @Test
    void whoeverComesWhenAGuestIsForgottenWaitsForTheEndOfThatTurn() throws InterruptedException {
        List<String> unsafe = new ArrayList<>();
        Thread newcomer = new Thread(() -> turns.alone(ONE, () -> unsafe.add("again")));
        turns.alone(ONE, () -> {
            turns.forget(ONE);
            newcomer.start();
            while (newcomer.getState() != Thread.State.WAITING && newcomer.isAlive()) {
                Thread.onSpinWait();
            }
            return unsafe.add("destroyed");
        });
        newcomer.join();

        assertThat(unsafe).containsExactly("destroyed", "again");
    }

    @Test
    void saysWhatWentWrongAsTheEngineWantsIt() {
        assertThatThrownBy(() -> turns.alone(ONE, () -> {
            throw new IOException("the disk is full");
        })).isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE)).hasMessage("the disk is full");
        assertThatThrownBy(() -> turns.alone(ONE, () -> {
            throw new HypervisorException(Reason.CONFLICT, "it runs");
        })).isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
        assertThat(turns.alone(ONE, () -> "after a failure")).isEqualTo("after a failure");
    }

    @Test
    void anInterruptedThreadGivesUpAndStaysInterrupted() throws Exception {
        Future<Boolean> stays = threads.submit(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> turns.alone(ONE, () -> "never"))
                    .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
            return Thread.currentThread().isInterrupted();
        });

        assertThat(stays.get()).isTrue();
    }
}
