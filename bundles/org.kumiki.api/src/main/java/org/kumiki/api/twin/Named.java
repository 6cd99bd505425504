package org.kumiki.api.twin;

/**
 * A plug-in under the name that it is known by.
 *
 * @param name what its service property says, e.g. {@code consolidate}
 */
public record Named<S>(String name, S plugIn) {
}
