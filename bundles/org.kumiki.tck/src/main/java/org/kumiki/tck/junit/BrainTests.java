package org.kumiki.tck.junit;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.kumiki.tck.brain.BrainCheck;

/** Checks of brains as tests. */
final class BrainTests {

    private BrainTests() {
    }

    static <B> Stream<DynamicTest> of(String what, List<BrainCheck<B>> checks, B brain) {
        return checks.stream().map(check -> DynamicTest.dynamicTest(check.name(), () -> perform(what, check, brain)));
    }

    private static <B> void perform(String what, BrainCheck<B> check, B brain) throws Exception {
        try {
            check.body().run(brain);
        } catch (AssertionError e) { // not every report of a build has the names of its tests
            throw new AssertionError("it should be a " + what + " that " + check.name() + ", but " + e.getMessage(), e);
        }
    }
}
