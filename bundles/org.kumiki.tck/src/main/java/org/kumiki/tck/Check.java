package org.kumiki.tck;

import org.kumiki.api.model.Technology.Feature;

/**
 * One thing that a driver must do.
 *
 * @param name a sentence whose subject is the driver, e.g. {@code starts a guest once however often it is asked}
 */
public record Check(String name, Need need, Body body) {

    /** What is done to find out. It throws an {@link AssertionError} if the driver does something else. */
    @FunctionalInterface
    public interface Body {

        void run(Trial trial) throws Exception;
    }

    static Check of(String name, Body body) {
        return new Check(name, new Need.Nothing(), body);
    }

    static Check with(Feature feature, String name, Body body) {
        return new Check(name, new Need.Declared(feature), body);
    }

    static Check without(Feature feature, String name, Body body) {
        return new Check(name, new Need.Absent(feature), body);
    }
}
