package org.kumiki.bench.objects;

import java.io.Closeable;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.zip.CRC32;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.Wire;

/** The one bucket of a measured server, through a connection of its own. For one thread. */
final class Bucket implements Closeable {

    static final String PATH = "/bench";
    private static final String TYPE = "content-type";
    private static final String BYTES = "application/octet-stream";

    private final Wire wire;

    /** What is put, and what a client that checks says about it. */
    record Body(byte[] bytes, Map<String, String> checksum) {

        static Body of(byte[] bytes) {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            int value = (int) crc.getValue();
            byte[] big = {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
            return new Body(bytes, Map.of(TYPE, BYTES, "x-amz-checksum-crc32", Base64.getEncoder().encodeToString(big)));
        }
    }

    Bucket(Endpoint endpoint) {
        wire = new Wire(endpoint);
    }

    /** Makes the bucket, in which nothing is yet. */
    void create() throws IOException {
        expect(wire.put(PATH, Map.of(), new byte[0]), "the making of a bucket", 0);
    }

    void put(String name, Body body) throws IOException {
        expect(wire.put(PATH + "/" + name, Map.of(TYPE, BYTES), body.bytes()), "PUT", 0);
    }

    void putChecked(String name, Body body) throws IOException {
        expect(wire.put(PATH + "/" + name, body.checksum(), body.bytes()), "PUT with a checksum", 0);
    }

    void get(String name, int size) throws IOException {
        expect(wire.get(PATH + "/" + name), "GET", size);
    }

    private static void expect(Wire.Response response, String request, int length) throws IOException {
        if (!response.isOk()) {
            throw new IOException(request + " answered " + response.status() + " " + response.body().lines().findFirst().orElse(""));
        }
        if (response.length() != length) {
            throw new IOException(request + " answered with " + response.length() + " bytes instead of " + length);
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
