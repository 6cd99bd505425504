package org.kumiki.twin.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads traces of PlanetLab's machines, as CoMon took them every five minutes (K. Park and V. Pai, CoMon: a mostly-scalable monitoring system for
 * PlanetLab, 2006) and CloudSim packages them: a day is 288 numbers a machine, percent of its CPU.
 * <p>
 * A day is either a folder, as CloudSim has it, of one file a machine with one number a line; or one file, which may be compressed by gzip, of one line a
 * machine: its name, a tab, and the numbers. The machines are sorted by their names, so that a result does not depend on a file system.
 */
public final class PlanetLab {

    public static final Duration INTERVAL = Duration.ofMinutes(5);
    public static final int SAMPLES = 288;

    private static final int MOST_MACHINES = 1_000_000;
    private static final int MOST_BYTES = 1 << 30;
    private static final int BUFFER = 1 << 16;
    private static final int DIGITS = 3;

    private record Machine(String name, byte[] percent) implements Comparable<Machine> {

        @Override
        public int compareTo(Machine other) {
            return name.compareTo(other.name);
        }
    }

    private PlanetLab() {
    }

    /** Reads a day. */
    public static CpuTraces read(Path day) throws IOException {
        List<Machine> machines = Files.isDirectory(day) ? folder(day) : file(day);
        if (machines.isEmpty()) {
            throw new IOException(day + " has no traces");
        }
        Collections.sort(machines);
        List<String> names = new ArrayList<>(machines.size());
        byte[][] percent = new byte[machines.size()][];
        for (Machine machine : machines) {
            percent[names.size()] = machine.percent();
            names.add(machine.name());
        }
        return new CpuTraces(names, INTERVAL, percent);
    }

    private static List<Machine> folder(Path day) throws IOException {
        List<Machine> machines = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(day, Files::isRegularFile)) {
            for (Path file : files) {
                byte[] text = Files.readAllBytes(file);
                machines.add(machine(file.getFileName().toString(), text, 0, text.length, file));
            }
        }
        return machines;
    }

    private static List<Machine> file(Path day) throws IOException {
        byte[] text = text(day);
        List<Machine> machines = new ArrayList<>();
        for (int from = 0; from < text.length;) {
            int end = find('\n', text, from, text.length);
            int tab = find('\t', text, from, end);
            if (tab == end || machines.size() == MOST_MACHINES) {
                throw new IOException(day + ", line " + (machines.size() + 1) + ": a machine is a name, a tab, and its numbers, and there are at most "
                        + MOST_MACHINES);
            }
            machines.add(machine(new String(text, from, tab - from, StandardCharsets.UTF_8), text, tab + 1, end, day));
            from = end + 1;
        }
        return machines;
    }

    private static byte[] text(Path day) throws IOException {
        try (InputStream bytes = Files.newInputStream(day);
                InputStream text = day.toString().endsWith(".gz") ? new GZIPInputStream(bytes, BUFFER) : bytes) {
            byte[] all = text.readNBytes(MOST_BYTES);
            if (text.read() >= 0) {
                throw new IOException(day + " is longer than a day may be, which is " + MOST_BYTES + " bytes");
            }
            return all;
        }
    }

    /** The end, if it is not there. */
    private static int find(char sought, byte[] text, int from, int end) {
        int place = from;
        while (place < end && text[place] != sought) {
            place++;
        }
        return place;
    }

    /** There are hundreds of thousands of numbers in a day, so no strings are made of them. */
    private static Machine machine(String name, byte[] text, int from, int end, Path file) throws IOException {
        byte[] percent = new byte[SAMPLES];
        int place = from;
        for (int sample = 0; sample < SAMPLES; sample++) {
            while (place < end && isBlank(text[place])) {
                place++;
            }
            int begin = place;
            while (place < end && !isBlank(text[place])) {
                place++;
            }
            if (begin == place) {
                throw new IOException(file + ": " + name + " has " + sample + " numbers, and a day " + SAMPLES);
            }
            int value = percentage(text, begin, place);
            if (value < 0) {
                throw new IOException(file + ": " + name + " has \"" + new String(text, begin, place - begin, StandardCharsets.UTF_8) + "\" as number "
                        + (sample + 1) + ", which is no percentage");
            }
            percent[sample] = (byte) value;
        }
        return new Machine(name, percent);
    }

    /** What is no ASCII is negative, and not blank. */
    private static boolean isBlank(byte character) {
        return character >= 0 && character <= ' ';
    }

    /** -1 if it is none. */
    private static int percentage(byte[] text, int begin, int end) {
        int value = end - begin > DIGITS ? -1 : 0;
        for (int place = begin; place < end && value >= 0; place++) {
            int digit = text[place] - '0';
            value = digit < 0 || digit > 9 ? -1 : 10 * value + digit;
        }
        return value > 100 ? -1 : value;
    }
}
