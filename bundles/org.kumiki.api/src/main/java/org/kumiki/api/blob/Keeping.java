package org.kumiki.api.blob;

/** What becomes of the version that a key stands for when another one comes. */
public enum Keeping {
    /** The new one is {@link Blob#ONLY}, and takes the place of one that is that. Others stay. */
    REPLACE,
    /** The new one has a version of its own, and all others stay. */
    ADD
}
