package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

class SessionsTest {

    private static final Optional<String> PASSWORD = Optional.of("a-long-password");

    private final SettableClock clock = new SettableClock();
    private final Sessions sessions = new Sessions(clock);

    @Test
    void knowsWhomItBeganASessionFor() {
        String token = sessions.begin("a-long-password");

        assertThat(sessions.knows(token, PASSWORD)).isTrue();
        assertThat(sessions.knows(token + "x", PASSWORD)).isFalse();
        assertThat(sessions.knows("", PASSWORD)).isFalse();
    }

    @Test
    void tokensAreLongAndNeverTheSame() {
        assertThat(sessions.begin("a-long-password")).hasSize(43).isNotEqualTo(sessions.begin("a-long-password"));
    }

    @Test
    void aSessionEndsWhenItIsEnded() {
        String mine = sessions.begin("a-long-password");
        String other = sessions.begin("a-long-password");

        sessions.end(mine);

        assertThat(sessions.knows(mine, PASSWORD)).isFalse();
        assertThat(sessions.knows(other, PASSWORD)).isTrue();
    }

    @Test
    void aSessionThatIsNotUsedEnds() {
        String token = sessions.begin("a-long-password");

        clock.pass(Sessions.IDLE);
        assertThat(sessions.knows(token, PASSWORD)).isTrue();
        clock.pass(Sessions.IDLE.plusSeconds(1));
        assertThat(sessions.knows(token, PASSWORD)).isFalse();
    }

    @Test
    void aSessionEndsAfterADayHoweverMuchItIsUsed() {
        String token = sessions.begin("a-long-password");

        for (Duration used = Duration.ZERO; used.compareTo(Sessions.LONGEST) < 0; used = used.plus(Sessions.IDLE)) {
            assertThat(sessions.knows(token, PASSWORD)).isTrue();
            clock.pass(Sessions.IDLE);
        }
        clock.pass(Duration.ofSeconds(1));

        assertThat(sessions.knows(token, PASSWORD)).isFalse();
    }

    @Test
    void aNewPasswordEndsTheSessionsOfTheOldOne() {
        String token = sessions.begin("a-long-password");

        assertThat(sessions.knows(token, Optional.of("another-password"))).isFalse();
        assertThat(sessions.knows(token, PASSWORD)).isFalse();
    }

    @Test
    void thereAreNeverMoreThanAHundredAndTheLeastUsedOneGoesFirst() {
        String first = sessions.begin("a-long-password");
        clock.pass(Duration.ofSeconds(1));
        String second = sessions.begin("a-long-password");
        clock.pass(Duration.ofSeconds(1));
        assertThat(sessions.knows(first, PASSWORD)).isTrue();
        clock.pass(Duration.ofSeconds(1));
        for (int i = 2; i < Sessions.MOST; i++) {
            sessions.begin("a-long-password");
        }

        sessions.begin("a-long-password");

        assertThat(sessions.knows(first, PASSWORD)).isTrue();
        assertThat(sessions.knows(second, PASSWORD)).isFalse();
    }

    @Test
    void aThousandLoginsAndRequestsAtOnceNeverAnswerForAnotherUser() throws Exception {
        Sessions together = new Sessions(System::nanoTime);
        Set<String> tokens = ConcurrentHashMap.newKeySet();
        List<Callable<Void>> visits = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            String mine = i % 2 == 0 ? "the-password-of-one" : "the-password-of-two";
            String other = i % 2 == 0 ? "the-password-of-two" : "the-password-of-one";
            visits.add(() -> {
                String token = together.begin(mine);
                assertThat(tokens.add(token)).as("a token of one's own").isTrue();
                assertThat(together.knows(token, Optional.of(mine))).isTrue();
                assertThat(together.knows(token, Optional.of(mine))).as("refreshed").isTrue();
                assertThat(together.knows(token, Optional.of(other))).as("as the other").isFalse();
                assertThat(together.knows(token, Optional.of(mine))).as("after it was tried as the other").isFalse();
                String next = together.begin(mine);
                together.end(next);
                assertThat(together.knows(next, Optional.of(mine))).as("ended").isFalse();
                return null;
            });
        }
        ExecutorService users = Executors.newFixedThreadPool(16); // fewer at once than there may be sessions

        try {
            for (Future<Void> visit : users.invokeAll(visits)) {
                visit.get();
            }
        } finally {
            users.shutdownNow();
        }

        assertThat(tokens).hasSize(1_000);
    }
}
