package org.kumiki.api.queue;

/** In which order the messages of a queue are delivered, and what counts as the same message sent again. */
public enum Ordering {
    /** More or less as they were sent. */
    NONE,
    /** Those of a group one after the other; the same if it has the same deduplication id as another of the queue in the last five minutes. */
    GROUPS,
    /** As {@link #GROUPS}, but a deduplication id counts within its group. */
    GROUPS_APART;

    public boolean grouped() {
        return this != NONE;
    }
}
