package org.kumiki.twin.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.StringTokenizer;
import java.util.stream.Stream;
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

    private record Machine(String name, byte[] percent) {
    }

    private PlanetLab() {
    }

    /** Reads a day. */
    public static CpuTraces read(Path day) throws IOException {
        List<Machine> machines = Files.isDirectory(day) ? folder(day) : file(day);
        if (machines.isEmpty()) {
            throw new IOException(day + " has no traces");
        }
        machines.sort(Comparator.comparing(Machine::name));
        return new CpuTraces(machines.stream().map(Machine::name).toList(), INTERVAL, machines.stream().map(Machine::percent).toArray(byte[][]::new));
    }

    private static List<Machine> folder(Path day) throws IOException {
        List<Machine> machines = new ArrayList<>();
        try (Stream<Path> files = Files.list(day)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                machines.add(machine(file.getFileName().toString(), Files.readString(file), file));
            }
        }
        return machines;
    }

    private static List<Machine> file(Path day) throws IOException {
        List<Machine> machines = new ArrayList<>();
        try (InputStream bytes = Files.newInputStream(day);
                BufferedReader lines = new BufferedReader(new InputStreamReader(day.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes,
                        StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int tab = line.indexOf('\t');
                if (tab < 0 || machines.size() == MOST_MACHINES) {
                    throw new IOException(day + ", line " + (machines.size() + 1) + ": a machine is a name, a tab, and its numbers, and there are at most "
                            + MOST_MACHINES);
                }
                machines.add(machine(line.substring(0, tab), line.substring(tab + 1), day));
            }
        }
        return machines;
    }

    private static Machine machine(String name, String text, Path from) throws IOException {
        StringTokenizer numbers = new StringTokenizer(text);
        byte[] percent = new byte[SAMPLES];
        for (int sample = 0; sample < SAMPLES; sample++) {
            if (!numbers.hasMoreTokens()) {
                throw new IOException(from + ": " + name + " has " + sample + " numbers, and a day " + SAMPLES);
            }
            String number = numbers.nextToken();
            int value = percentage(number);
            if (value < 0) {
                throw new IOException(from + ": " + name + " has \"" + number + "\" as number " + (sample + 1) + ", which is no percentage");
            }
            percent[sample] = (byte) value;
        }
        return new Machine(name, percent);
    }

    /** -1 if it is none. There are hundreds of thousands of numbers in a day, so this does without a pattern. */
    private static int percentage(String number) {
        int value = 0;
        for (int index = 0; index < number.length(); index++) {
            int digit = number.charAt(index) - '0';
            if (digit < 0 || digit > 9 || index == 3) {
                return -1;
            }
            value = 10 * value + digit;
        }
        return value > 100 ? -1 : value;
    }
}
