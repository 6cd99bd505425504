package org.kumiki.tck.junit;

import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kumiki.tck.Check;
import org.kumiki.tck.NotOffered;
import org.kumiki.tck.Tck;
import org.kumiki.tck.TestBed;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The checks as tests of a driver: a test class implements this and says what is to be tested. The system property {@code kumiki.tck} leaves only
 * those whose names contain it; {@code kumiki.tck.patience}, a number, lengthens every time limit so many times, for hosts that are slow today.
 */
@ConsumerType
public interface HypervisorTck {

    /** The driver and what it runs on. Called once; the bed is closed after the last check. */
    TestBed testBed() throws Exception;

    @TestFactory
    default Stream<DynamicTest> hypervisor() throws Exception {
        TestBed bed = testBed();
        String wanted = System.getProperty("kumiki.tck", "");
        Stream<DynamicTest> tests = Tck.checks().stream().filter(check -> check.name().contains(wanted))
                .map(check -> DynamicTest.dynamicTest(check.name(), () -> perform(check, bed)));
        return Stream.concat(tests, Stream.of(DynamicTest.dynamicTest("ends", bed::close)));
    }

    private static void perform(Check check, TestBed bed) throws Exception {
        try {
            Tck.perform(check, bed);
        } catch (NotOffered e) {
            Assumptions.abort(e.getMessage());
        } catch (AssertionError e) { // not every report of a build has the names of its tests
            throw new AssertionError("it should be a driver that " + check.name() + ", but " + e.getMessage(), e);
        }
    }
}
