package org.kumiki.api.model;

import java.time.Instant;
import java.util.List;

/**
 * A record of who decided what, on which knowledge, and why.
 *
 * @param number   counts up from 1
 * @param view     version of the view that the brain was given
 * @param brain    who decided: bundle and version, e.g. {@code org.kumiki.scheduler.bestfit 1.0.0}
 * @param subject  what was decided about, e.g. an instance's identifier
 * @param chosen   the hosts that were chosen, in the order of the instances
 * @param reason   why these
 * @param refusals why not the others
 */
public record Decision(long number, Instant at, long view, String brain, List<String> subject, List<HostId> chosen, String reason,
        List<Refusal> refusals) {

    public Decision {
        subject = List.copyOf(subject);
        chosen = List.copyOf(chosen);
        refusals = List.copyOf(refusals);
    }
}
