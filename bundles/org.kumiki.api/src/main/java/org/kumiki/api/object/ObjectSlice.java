package org.kumiki.api.object;

/**
 * Some bytes of an object as it was when it was found.
 *
 * @param version of the object, as its store calls it
 * @param etag    of the whole object: another one under the same name is not what was found
 * @param offset  where they begin, in bytes
 * @param length  how many they are
 */
public record ObjectSlice(String bucket, String key, String version, String etag, long offset, long length) {

    public ObjectSlice {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("no object has bytes at " + offset + ", " + length + " of them");
        }
    }

    /** Some of these bytes. */
    public ObjectSlice slice(long from, long count) {
        if (from < 0 || count < 0 || from > length - count) {
            throw new IllegalArgumentException("there are " + length + " bytes of " + this + ", and none at " + from + ", " + count + " of them");
        }
        return new ObjectSlice(bucket, key, version, etag, offset + from, count);
    }

    /** As people write it. */
    public String location() {
        return bucket + "/" + key;
    }
}
