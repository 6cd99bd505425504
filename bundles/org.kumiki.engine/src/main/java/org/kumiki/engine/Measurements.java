package org.kumiki.engine;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import org.kumiki.api.datacenter.Table;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Migration;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.HostTable;

/**
 * How busy hosts and instances were. A sample takes one byte, so that a week of a large datacenter fits into memory: use in steps of 0.4 %.
 * Written by one thread, read by any; a reader may see the newest sample of one and not yet of another.
 */
final class Measurements {

    /** Of hosts: a week, whose shape repeats, and the day before it. */
    private static final Duration OF_HOSTS = Duration.ofDays(8);
    private static final int MOST_OF_HOSTS = 11_520;
    private static final int OF_INSTANCES = 288;
    private static final byte NOTHING = (byte) 255;
    private static final double STEPS = 250;

    /** Samples in a ring; one slot more than can be read, so that the newest is never taken for the oldest. */
    private static final class Series {

        private final byte[] ring;
        private volatile long end;

        Series(int samples, long begin) {
            ring = new byte[samples + 1];
            Arrays.fill(ring, NOTHING);
            end = begin;
        }

        /** @param number of the sample; those left out in between hold nothing */
        void put(long number, double value) {
            for (long gap = Math.max(end, number - ring.length); gap < number; gap++) {
                ring[(int) (gap % ring.length)] = NOTHING;
            }
            ring[(int) (number % ring.length)] = Double.isNaN(value) ? NOTHING : (byte) Math.round(Math.max(0, Math.min(1, value)) * STEPS);
            end = number + 1;
        }

        /** All samples up to one, oldest first. */
        void write(long until, DataOutput out) throws IOException {
            for (long number = until - ring.length + 1; number < until; number++) {
                out.writeByte(at(number));
            }
        }

        /** @param end the number after the newest sample's */
        static Series read(int samples, long end, DataInput in) throws IOException {
            byte[] kept = new byte[samples];
            in.readFully(kept);
            Series series = new Series(samples, end);
            for (int index = 0; index < samples; index++) {
                series.ring[(int) ((end - samples + index) % series.ring.length)] = kept[index];
            }
            return series;
        }

        private Series(byte[] ring, long end) {
            this.ring = ring;
            this.end = end;
        }

        Series copy() {
            return new Series(ring.clone(), end);
        }

        private byte at(long number) {
            return number < 0 || number >= end || number < end - ring.length ? NOTHING : ring[(int) (number % ring.length)];
        }

        double[] read(long until, int samples) {
            double[] values = new double[Math.min(samples, ring.length - 1)];
            for (int index = 0; index < values.length; index++) {
                byte value = at(until - values.length + index);
                values[index] = value == NOTHING ? Double.NaN : (value & 0xff) / STEPS;
            }
            return values;
        }
    }

    private final Duration interval;
    private final Supplier<World> world;
    private final int ofHosts;
    private final Map<HostId, Series> hosts = new ConcurrentHashMap<>();
    private final Map<InstanceId, Series> instances = new ConcurrentHashMap<>();
    private Map<InstanceId, Duration> before = Map.of();
    private Instant beforeAt = Instant.MIN;
    private volatile long count;
    private volatile Instant last = Instant.EPOCH;

    Measurements(Duration interval, Supplier<World> world) {
        this.interval = interval;
        this.world = world;
        this.ofHosts = (int) Math.min(MOST_OF_HOSTS, OF_HOSTS.dividedBy(interval));
    }

    /**
     * Takes a sample in.
     *
     * @param cpuTimes of the guests that were asked for; who is not there was not measured
     */
    void take(Instant now, Map<InstanceId, Duration> cpuTimes) {
        double seconds = beforeAt.equals(Instant.MIN) ? 0 : Duration.between(beforeAt, now).toMillis() / 1000.0;
        World there = world.get();
        HostTable table = there.hostTable();
        double[] busy = new double[table.size()];
        boolean[] measured = new boolean[table.size()];
        for (Map.Entry<InstanceId, Duration> entry : cpuTimes.entrySet()) {
            Duration then = before.get(entry.getKey());
            Instance instance = there.instances().find(entry.getKey()).orElse(null);
            if (instance == null || then == null || seconds <= 0 || then.compareTo(entry.getValue()) > 0) {
                continue;
            }
            double cpus = entry.getValue().minus(then).toNanos() / 1e9 / seconds;
            instances.computeIfAbsent(instance.id(), id -> new Series(OF_INSTANCES, count)).put(count, cpus / instance.resources().cpus());
            int row = instance.host().map(table::row).orElse(-1);
            if (row >= 0) {
                busy[row] += cpus;
                measured[row] = true;
            }
        }
        for (int row = 0; row < busy.length; row++) {
            boolean idle = table.guests(row) == 0;
            if (measured[row] || idle) {
                hosts.computeIfAbsent(table.id(row), id -> new Series(ofHosts, count)).put(count, busy[row] / Math.max(1, table.processors(row)));
            }
        }
        before = new HashMap<>(cpuTimes);
        beforeAt = now;
        last = now;
        count++;
        instances.keySet().removeIf(id -> !cpuTimes.containsKey(id) && there.instances().find(id).isEmpty());
    }

    /** Keeps what was measured in a file that is replaced as a whole. */
    void save(Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(unfinished), 1 << 16))) {
            out.writeLong(interval.toMillis());
            out.writeLong(last.toEpochMilli());
            write(hosts, HostId::value, out);
            write(instances, InstanceId::value, out);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private <K> void write(Map<K, Series> all, Function<K, String> name, DataOutput out) throws IOException {
        Map<K, Series> now = Map.copyOf(all); // its size stays what it is
        out.writeInt(now.size());
        for (Map.Entry<K, Series> each : now.entrySet()) {
            out.writeUTF(name.apply(each.getKey()));
            each.getValue().write(count, out);
        }
    }

    /** Takes in what was kept; in the time since then nothing was measured. What was measured at another interval is of no use. */
    void load(Path file, Instant now) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16))) {
            long millis = in.readLong();
            Instant then = Instant.ofEpochMilli(in.readLong());
            if (millis != interval.toMillis() || then.isAfter(now)) {
                return;
            }
            Map<HostId, Series> ofThese = read(HostId::new, ofHosts, in);
            Map<InstanceId, Series> ofThose = read(InstanceId::new, OF_INSTANCES, in);
            hosts.putAll(ofThese);
            instances.putAll(ofThose);
            long missed = Duration.between(then, now).toMillis() / millis;
            count = Math.max(ofHosts, OF_INSTANCES) + missed;
            last = then.plus(interval.multipliedBy(missed));
        }
    }

    private <K> Map<K, Series> read(Function<String, K> named, int samples, DataInput in) throws IOException {
        Map<K, Series> all = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            all.put(named.apply(in.readUTF()), Series.read(samples, Math.max(ofHosts, OF_INSTANCES), in));
        }
        return all;
    }

    /** The same samples, to which what comes here later is not added. */
    Measurements copy(World now) {
        Measurements copy = new Measurements(interval, () -> now);
        copy.continueFrom(this);
        return copy;
    }

    /** Takes in what others have measured until now; at another interval it is of no use. */
    void continueFrom(Measurements others) {
        if (!others.interval.equals(interval)) {
            return;
        }
        others.hosts.forEach((host, series) -> hosts.put(host, series.copy()));
        others.instances.forEach((instance, series) -> instances.put(instance, series.copy()));
        count = others.count;
        last = others.last;
    }

    /** How things are now, and stay for whoever holds it; as long as the samples are kept. */
    History now() {
        return new Moment(count, last, world.get().migrations());
    }

    /** What was known at one moment. */
    private final class Moment implements History {

        private final long until;
        private final Instant at;
        private final Table<InstanceId, Migration> migrations;

        Moment(long until, Instant at, Table<InstanceId, Migration> migrations) {
            this.until = until;
            this.at = at;
            this.migrations = migrations;
        }

        @Override
        public Duration interval() {
            return interval;
        }

        @Override
        public Instant last() {
            return at;
        }

        @Override
        public double[] cpu(HostId host, int samples) {
            return read(hosts.get(host), until, samples);
        }

        @Override
        public double[] cpu(InstanceId instance, int samples) {
            return read(instances.get(instance), until, samples);
        }

        @Override
        public Optional<Instant> moved(InstanceId instance) {
            return migrations.find(instance).map(Migration::since);
        }
    }

    private static double[] read(Series series, long until, int samples) {
        return series == null ? new double[0] : series.read(until, samples);
    }
}
