package org.kumiki.api.blob;

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
}
