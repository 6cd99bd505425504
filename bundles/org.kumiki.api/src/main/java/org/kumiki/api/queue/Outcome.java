package org.kumiki.api.queue;

/** What became of a message that a receipt names. */
public enum Outcome {
    DONE,
    /** It was deleted, or is too old. */
    GONE,
    /** It is not the receiver's any more: its time was up, and it is there for others or has been delivered to one. */
    EXPIRED,
    /** This store has never given such a receipt for this queue. */
    UNKNOWN
}
