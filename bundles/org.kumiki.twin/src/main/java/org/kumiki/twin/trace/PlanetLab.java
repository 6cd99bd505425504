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
                machines.add(machine(file.getFileName().toString(), Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList(), file));
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
                machines.add(machine(line.substring(0, tab), List.of(line.substring(tab + 1).strip().split("\\s+")), day));
            }
        }
        return machines;
    }

    private static Machine machine(String name, List<String> numbers, Path from) throws IOException {
        if (numbers.size() < SAMPLES) {
            throw new IOException(from + ": " + name + " has " + numbers.size() + " numbers, and a day " + SAMPLES);
        }
        byte[] percent = new byte[SAMPLES];
        for (int sample = 0; sample < SAMPLES; sample++) {
            String number = numbers.get(sample).strip();
            if (!number.matches("\\d{1,3}") || Integer.parseInt(number) > 100) {
                throw new IOException(from + ": " + name + " has \"" + number + "\" as number " + (sample + 1) + ", which is no percentage");
            }
            percent[sample] = (byte) Integer.parseInt(number);
        }
        return new Machine(name, percent);
    }
}
