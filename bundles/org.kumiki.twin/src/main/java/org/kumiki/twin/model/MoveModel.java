package org.kumiki.twin.model;

/** A way to move a running guest. A pure function. */
@FunctionalInterface
public interface MoveModel {

    /** What comes of moving a guest through a channel that it has for itself. */
    Moved move(Writes guest, Channel channel);
}
