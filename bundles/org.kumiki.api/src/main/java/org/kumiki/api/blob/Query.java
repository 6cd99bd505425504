package org.kumiki.api.blob;

import java.util.Optional;

import org.kumiki.api.text.Utf8;

/**
 * Which blobs to list. Keys are in the order of their bytes in UTF-8, the versions of a key from the latest to the first.
 *
 * @param prefix       that keys begin with; may be empty
 * @param delimiter    keys that have it after the prefix are not listed, but what they have in common up to and with it is, once; empty for none
 * @param after        only keys after this one, and no group that is this or has this in it; empty for all
 * @param afterVersion of the key {@code after}, only versions after this one are listed, too; empty for none of them
 * @param limit        how many blobs and groups to list at most
 * @param versions     whether all versions are listed, and markers; else the latest that are none
 */
public record Query(String prefix, String delimiter, String after, String afterVersion, int limit, boolean versions) {

    /**
     * Where to look on among the keys.
     *
     * @param inclusive whether the key itself is looked at, if there is one
     */
    public record From(String key, boolean inclusive) {
    }

    /** What a key is listed as, with all that have it in common; nothing if it is listed itself, or not at all. */
    public Optional<String> group(String key) {
        if (delimiter.isEmpty() || !key.startsWith(prefix)) {
            return Optional.empty();
        }
        int at = key.indexOf(delimiter, prefix.length());
        return at < 0 ? Optional.empty() : Optional.of(key.substring(0, at + delimiter.length()));
    }

    /** Where the first key is that may be listed; nothing if there can be none. */
    public Optional<From> first() {
        if (Utf8.ORDER.compare(after, prefix) < 0) {
            return Optional.of(new From(prefix, true));
        }
        Optional<String> group = group(after);
        if (group.isPresent()) {
            return beyond(group.get());
        }
        // A key goes on with its other versions, if that is asked for.
        boolean again = versions && !afterVersion.isEmpty() || after.isEmpty();
        return Optional.of(new From(after, again));
    }

    /** Where a group is left, however many keys there are in it; nothing if no key can come after it. */
    public static Optional<From> beyond(String group) {
        return Utf8.beyond(group).map(next -> new From(next, true));
    }
}
