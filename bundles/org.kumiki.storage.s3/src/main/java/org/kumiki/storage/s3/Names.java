package org.kumiki.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What objects of the cluster are called. Keys are in hexadecimal, which every server keeps as it is and sorts as their bytes; a key's end sorts
 * before all that go on. Slashes keep names short enough for servers that make files of them.
 * <p>
 * A name has room for {@value #LEVEL} bytes of a key. A longer one goes on in a list of its own, which it shares with all that begin so, and the list
 * before has a branch there.
 */
final class Names {

    static final int LEVEL = 384;

    private static final int FILE = 200;
    private static final char END = '-';
    private static final char BRANCH = 'x';

    private Names() {
    }

    static String bucket(String name) {
        return buckets() + split(hex(name.getBytes(UTF_8))) + END;
    }

    static String buckets() {
        return "buckets/";
    }

    static String keys() {
        return "keys/";
    }

    static String keys(String bucketId) {
        return keys() + bucketId + "/";
    }

    static String uploads(String bucketId) {
        return "uploads/" + bucketId + "/";
    }

    static String upload(String bucketId, String id) {
        return uploads(bucketId) + id;
    }

    static String parts() {
        return "parts/";
    }

    static String parts(String bucketId) {
        return parts() + bucketId + "/";
    }

    static String parts(String bucketId, String upload) {
        return parts(bucketId) + upload + "/";
    }

    static String part(String bucketId, String upload, int number) {
        return parts(bucketId, upload) + "%05d".formatted(number);
    }

    static String contents(String session) {
        return "content/" + session + "/";
    }

    static String content(String id) {
        return "content/" + id;
    }

    static String sessions() {
        return "sessions/";
    }

    static String session(String id) {
        return sessions() + id;
    }

    /** Of the record of a key. */
    static String key(String bucketId, byte[] key) {
        return start(bucketId, key) + END;
    }

    /** What comes before the names of a key and of all that begin with it, in its list. */
    static String start(String bucketId, byte[] key) {
        int level = level(key);
        return list(bucketId, Arrays.copyOf(key, level)) + split(hex(Arrays.copyOfRange(key, level, key.length)));
    }

    /** The branches that lead to the record of a key. */
    static List<String> branches(String bucketId, byte[] key) {
        return IntStream.rangeClosed(1, level(key) / LEVEL).mapToObj(level -> branch(bucketId, Arrays.copyOf(key, level * LEVEL))).toList();
    }

    /** @param key as long as there is room for in all the levels that it takes */
    static String branch(String bucketId, byte[] key) {
        return start(bucketId, key) + BRANCH;
    }

    /** How many bytes of a key are in the levels before its last. */
    static int level(byte[] key) {
        return key.length == 0 ? 0 : (key.length - 1) / LEVEL * LEVEL;
    }

    /** The list of all keys that begin so, and go on. */
    static String list(String bucketId, byte[] beginning) {
        return keys(bucketId) + (beginning.length == 0 ? "0" : digest(beginning)) + "/";
    }

    static boolean isBranch(String name) {
        return name.charAt(name.length() - 1) == BRANCH;
    }

    /** What a name in a list adds to the beginning that the list is for. */
    static byte[] rest(String list, String name) {
        return HexFormat.of().parseHex(name.substring(list.length(), name.length() - 1).replace("/", ""));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String split(String hex) {
        StringBuilder split = new StringBuilder(hex);
        for (int at = (hex.length() - 1) / FILE * FILE; at > 0; at -= FILE) {
            split.insert(at, '/');
        }
        return split.toString();
    }

    private static String digest(byte[] bytes) {
        try {
            return hex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
