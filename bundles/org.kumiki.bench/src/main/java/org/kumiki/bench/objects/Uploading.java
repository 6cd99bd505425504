package org.kumiki.bench.objects;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

import org.kumiki.bench.Wire;

/** Clients that all upload a large object at the same time: a platform must not need more memory for that than for small ones. */
public final class Uploading {

    private static final int MIB = 1 << 20;
    /** What the disk needs beside the objects: checksums of blocks, the log, and some room for others. */
    private static final double MARGIN = 1.05;

    private final int clients;
    private final int mib;
    private final PrintStream out;

    /** @param mib how large each object is */
    public Uploading(int clients, int mib, PrintStream out) {
        this.clients = clients;
        this.mib = mib;
        this.out = out;
    }

    /** @throws IOException if there is less room on the disk than this needs; it says how much */
    public void requireRoom(Path directory) throws IOException {
        long needed = (long) (MARGIN * clients * mib);
        long there = Files.getFileStore(directory).getUsableSpace() / MIB;
        out.printf(Locale.ROOT, "This needs %,d MiB on the disk of %s, where %,d MiB are free.%n", needed, directory, there);
        if (there < needed) {
            throw new IOException("there is too little room on the disk; take fewer --clients, smaller objects (--mib), or another java.io.tmpdir");
        }
    }

    /** @return whether all were stored. Each has a checksum, so that the server has found every byte to be as it was sent */
    public boolean run(ObjectServer server) throws IOException, InterruptedException {
        try (Bucket bucket = new Bucket(server.endpoint())) {
            bucket.create();
        }
        double cpu = server.process().cpuSeconds();
        long began = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        int failed = 0;
        try {
            List<Future<Wire.Response>> uploads = new ArrayList<>();
            for (int number = 0; number < clients; number++) {
                int own = number;
                uploads.add(threads.submit(() -> upload(server, own)));
            }
            for (Future<Wire.Response> upload : uploads) {
                failed += isStored(upload) ? 0 : 1;
            }
        } finally {
            threads.shutdownNow();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        out.printf(Locale.ROOT, "%d clients uploaded %d MiB each at the same time: %d failed, %.0f s, %.0f MiB/s, %.0f s of the server's CPU%n", clients,
                mib, failed, seconds, (double) clients * mib / seconds, server.process().cpuSeconds() - cpu);
        return failed == 0;
    }

    private boolean isStored(Future<Wire.Response> upload) throws InterruptedException {
        try {
            Wire.Response response = upload.get();
            if (!response.isOk()) {
                out.printf("  answered %d %s%n", response.status(), response.body());
            }
            return response.isOk();
        } catch (ExecutionException e) {
            out.printf("  %s%n", e.getCause());
            return false;
        }
    }

    private Wire.Response upload(ObjectServer server, int number) throws IOException {
        byte[] piece = new byte[MIB];
        new Random(number).nextBytes(piece);
        CRC32 crc = new CRC32();
        for (int time = 0; time < mib; time++) {
            crc.update(piece);
        }
        int value = (int) crc.getValue();
        byte[] big = {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
        try (Wire wire = new Wire(server.endpoint())) {
            return wire.put(Bucket.PATH + "/upload-" + number, Map.of("x-amz-checksum-crc32", Base64.getEncoder().encodeToString(big)), piece, mib);
        }
    }
}
