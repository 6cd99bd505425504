package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

class BulkheadTest {

    private static final int TIMES = 2_000;

    @Test
    void whoeverWaitsForOneThatIsClosedIsToldSoAndNotWhatAnInterruptedCallAnswers() throws InterruptedException {
        for (int time = 0; time < TIMES; time++) {
            Bulkhead bulkhead = new Bulkhead(Workers.threads(), "test", 1, 1);
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<String> asked = bulkhead.call(() -> {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return CompletableFuture.completedFuture("too late");
            }, Duration.ofMinutes(1));
            begun.await();

            bulkhead.close();

            assertThat(asked).isCompletedExceptionally();
            assertThat(bulkhead.call(() -> CompletableFuture.completedFuture("later"), Duration.ofMinutes(1))).isCompletedExceptionally();
        }
    }
}
