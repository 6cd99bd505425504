package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;
import org.kumiki.api.datacenter.BrainExaminer;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.hypervisor.DriverExaminer;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.engine.Examinations.Mode;

class ExaminationsTest {

    private static final Origin ORIGIN = new Origin("vendor", "1.0.0", 1, 0, 1);

    private final Hypervisor driver = (Hypervisor) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Hypervisor.class },
            (proxy, method, arguments) -> switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "toString" -> "a driver";
            default -> null;
            });
    private final List<Object> used = new ArrayList<>();
    private final Examiner examiner = new Examiner();

    /** Says what it finds when the test says so. */
    private static final class Examiner implements DriverExaminer {

        private final List<CompletableFuture<Optional<String>>> asked = new ArrayList<>();

        @Override
        public CompletionStage<Optional<String>> examine(Object driver, String bundle) {
            assertThat(bundle).isEqualTo("vendor 1.0.0");
            CompletableFuture<Optional<String>> found = new CompletableFuture<>();
            asked.add(found);
            return found;
        }
    }

    private Examinations<DriverExaminer> with(Mode mode) {
        Examinations<DriverExaminer> examinations = new Examinations<>(mode, DriverExaminer::examine);
        examinations.add(driver, "hypervisor", "vendor", ORIGIN, () -> used.add(driver), () -> used.remove(driver));
        return examinations;
    }

    @Test
    void examinesNothingUnlessItIsWanted() {
        Examinations<DriverExaminer> examinations = with(Mode.OFF);
        examinations.addExaminer(examiner);

        assertThat(used).containsExactly(driver);
        assertThat(examiner.asked).isEmpty();
        assertThat(examinations.plugIns()).isEmpty();
    }

    @Test
    void usesADriverAllTheSameIfOperatorsAreOnlyToBeWarned() {
        Examinations<DriverExaminer> examinations = with(Mode.WARN);
        examinations.addExaminer(examiner);
        assertThat(used).containsExactly(driver);

        examiner.asked.get(0).complete(Optional.of("it does nothing"));
        assertThat(used).containsExactly(driver);
        assertThat(examinations.plugIns()).isEmpty();
    }

    @Test
    void usesADriverWhenItHasPassed() {
        Examinations<DriverExaminer> examinations = with(Mode.REQUIRE);
        assertThat(used).as("nobody has examined it").isEmpty();
        assertThat(examinations.plugIns()).extracting(PlugIn::state).containsExactly(PlugIn.State.STANDBY);

        examinations.addExaminer(examiner);
        assertThat(used).as("it is being examined").isEmpty();

        examiner.asked.get(0).complete(Optional.empty());
        assertThat(used).containsExactly(driver);
        assertThat(examinations.plugIns()).isEmpty();
    }

    @Test
    void refusesADriverThatHasFailedAndSaysWhy() {
        Examinations<DriverExaminer> examinations = with(Mode.REQUIRE);
        examinations.addExaminer(examiner);
        examiner.asked.get(0).complete(Optional.of("it does nothing"));

        assertThat(used).isEmpty();
        assertThat(examinations.plugIns()).singleElement().satisfies(plugIn -> {
            assertThat(plugIn.state()).isEqualTo(PlugIn.State.QUARANTINED);
            assertThat(plugIn.note()).isEqualTo("it does nothing");
            assertThat(plugIn.name()).isEqualTo("vendor");
        });
    }

    @Test
    void refusesADriverThatCannotBeExamined() {
        Examinations<DriverExaminer> examinations = with(Mode.REQUIRE);
        examinations.addExaminer(examiner);
        examiner.asked.get(0).completeExceptionally(new IllegalStateException("no image"));

        assertThat(used).isEmpty();
        assertThat(examinations.plugIns()).extracting(PlugIn::note).singleElement().asString().contains("could not be examined", "no image");
    }

    @Test
    void hasTheNextOneExamineWhatTheOneBeforeDidNotFinish() {
        Examinations<DriverExaminer> examinations = with(Mode.REQUIRE);
        examinations.addExaminer(examiner);
        Examiner next = new Examiner();
        examinations.removeExaminer(examiner);
        examinations.addExaminer(next);

        examiner.asked.get(0).complete(Optional.empty());
        assertThat(used).as("who has left is not believed").isEmpty();
        next.asked.get(0).complete(Optional.empty());
        assertThat(used).containsExactly(driver);
    }

    @Test
    void forgetsADriverThatHasGone() {
        Examinations<DriverExaminer> examinations = with(Mode.REQUIRE);
        examinations.addExaminer(examiner);
        examinations.remove(driver);
        examiner.asked.get(0).complete(Optional.empty());

        assertThat(used).isEmpty();
        assertThat(examinations.plugIns()).isEmpty();
    }

    @Test
    void letsBrainsInLikeDrivers() {
        Object brain = new Object();
        List<Object> brains = new ArrayList<>();
        List<CompletableFuture<Optional<String>>> asked = new ArrayList<>();
        BrainExaminer brainExaminer = (plugIn, bundle) -> {
            asked.add(new CompletableFuture<>());
            return asked.get(asked.size() - 1);
        };
        Examinations<BrainExaminer> examinations = new Examinations<>(Mode.REQUIRE, BrainExaminer::examine);
        examinations.add(brain, "scheduler", "fair", ORIGIN, () -> brains.add(brain), () -> brains.remove(brain));
        examinations.addExaminer(brainExaminer);
        assertThat(examinations.plugIns()).singleElement().satisfies(plugIn -> {
            assertThat(plugIn.kind()).isEqualTo("scheduler");
            assertThat(plugIn.name()).isEqualTo("fair");
            assertThat(plugIn.state()).isEqualTo(PlugIn.State.STANDBY);
        });

        asked.get(0).complete(Optional.empty());
        assertThat(brains).containsExactly(brain);
        assertThat(examinations.plugIns()).isEmpty();
    }
}
