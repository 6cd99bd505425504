package org.kumiki.api.datacenter;

import java.util.Objects;

import org.kumiki.api.model.Decision;

/**
 * A decision, and what the same brain makes of the same question once more.
 *
 * @param recorded what was decided then
 * @param again    what would be recorded now, with the number and the time of then
 */
public record Replay(Decision recorded, Decision again) {

    public Replay {
        Objects.requireNonNull(recorded);
        Objects.requireNonNull(again);
    }

    /** Whether a brain is what it should be: a function of what it is shown, and of nothing else. */
    public boolean isSame() {
        return recorded.equals(again);
    }
}
