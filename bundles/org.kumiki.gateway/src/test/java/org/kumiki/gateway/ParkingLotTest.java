package org.kumiki.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class ParkingLotTest {

    private static final int PLACES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FakeTimeline timeline = new FakeTimeline();
    private final ParkingLot lot = new ParkingLot(timeline);
    private final List<String> events = new ArrayList<>();

    @Test
    void letsGoInTheOrderOfArrivalAndOnlyThoseOfThatFacade() {
        park("ec2", "a");
        park("sqs", "b");
        park("ec2", "c");

        lot.release("ec2");

        assertThat(events).containsExactly("a goes on", "c goes on");
        assertThat(lot.taken()).isEqualTo(1);
    }

    @Test
    void sendsAwayWhoHasWaitedTooLong() {
        park("ec2", "a");
        timeline.pass(Duration.ofSeconds(15));
        park("ec2", "b");

        timeline.pass(Duration.ofSeconds(5));

        assertThat(events).containsExactly("a gives up");
        lot.release("ec2");
        assertThat(events).containsExactly("a gives up", "b goes on");
        timeline.pass(PATIENCE);
        assertThat(events).hasSize(2);
    }

    @Test
    void takesNoMoreThanItHasPlacesFor() {
        assertThat(park("ec2", "a")).isTrue();
        assertThat(park("sqs", "b")).isTrue();
        assertThat(park("ec2", "c")).isTrue();
        assertThat(park("ec2", "d")).isFalse();
        assertThat(events).isEmpty();

        lot.release("sqs");

        assertThat(park("ec2", "e")).isTrue();
    }

    @Test
    void sendsEverybodyAwayWhenItCloses() {
        park("ec2", "a");
        park("sqs", "b");

        lot.close();

        assertThat(events).containsExactlyInAnyOrder("a gives up", "b gives up");
        assertThat(park("ec2", "c")).isFalse();
        assertThat(timeline.alarms()).isZero();
    }

    private boolean park(String facade, String name) {
        return lot.park(facade, new ParkingLot.Waiting() {

            @Override
            public void goOn() {
                events.add(name + " goes on");
            }

            @Override
            public void giveUp() {
                events.add(name + " gives up");
            }
        }, PLACES, PATIENCE);
    }
}
