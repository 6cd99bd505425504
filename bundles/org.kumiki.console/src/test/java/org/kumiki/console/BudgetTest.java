package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class BudgetTest {

    private long now;

    @Test
    void hasSoManyQuestionsAndNoMore() {
        Budget budget = new Budget(2, () -> now);

        assertThat(budget.spend()).isTrue();
        assertThat(budget.spend()).isTrue();
        assertThat(budget.spend()).isFalse();
    }

    @Test
    void isUsedUpWhenAStoreIsSlow() {
        Budget budget = new Budget(100, () -> now);
        assertThat(budget.spend()).isTrue();

        now += TimeUnit.SECONDS.toNanos(1);

        assertThat(budget.spend()).isFalse();
    }
}
