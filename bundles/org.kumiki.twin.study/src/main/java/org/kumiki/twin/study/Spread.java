package org.kumiki.twin.study;

import java.util.List;

/** Where runs are carried out: on the cores of this machine, or on more machines. */
public interface Spread {

    /** Is told what came of runs, from any thread. */
    interface Listener {

        void done(Run run, Result result);

        /** @param reason why there is no result */
        void failed(Run run, String reason);
    }

    /** Carries all out, and returns when each has ended. */
    void run(Scenario scenario, List<Run> runs, Listener listener) throws InterruptedException;

    /** Where that is, as people read it: {@code 8 cores}. */
    String place();
}
