package org.kumiki.twin.study;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The tables of a study: {@code runs.csv} has a row for each run, {@code series.csv} a block of rows. Both are written as runs end, a run's block before its
 * row, so what is there after a crash is whole runs, and perhaps a block that nobody misses. When all have ended, both are sorted as the scenario has its
 * runs, and no longer depend on who ended first. Thread-safe.
 */
final class Ledger implements Closeable {

    static final String RUNS = "runs.csv";
    static final String SERIES = "series.csv";
    static final int FIRST_METRIC = 3;

    private static final List<String> SERIES_HEADER = List.of("run", "policy", "seed", "minute", "hosts_on", "load", "hosts_violated", "energy_kwh", "migrations");

    /** Where in the series a run's rows are. */
    private record Block(long at, int length) {
    }

    private final Path directory;
    private final Scenario scenario;
    private final Map<Run, String> digests = new LinkedHashMap<>();
    private final Map<String, String> rows = new HashMap<>();
    private final Map<String, Block> blocks = new HashMap<>();
    private final FileChannel runs;
    private final FileChannel series;

    /**
     * Opens the tables.
     *
     * @param directory that there is
     * @param goOn      whether what is there of the scenario's runs stays; the rest goes
     */
    Ledger(Path directory, Scenario scenario, Function<Run, String> digest, boolean goOn) throws IOException {
        this.directory = directory;
        this.scenario = scenario;
        scenario.runs().forEach(run -> digests.put(run, digest.apply(run)));
        Map<String, String> keptRows = goOn ? keptRows() : Map.of();
        Map<String, byte[]> keptBlocks = new HashMap<>();
        if (goOn) {
            keptBlocks.putAll(keptBlocks(keptRows));
        }
        runs = begin(RUNS, header());
        series = begin(SERIES, SERIES_HEADER);
        for (Map.Entry<Run, String> each : digests.entrySet()) {
            if (keptBlocks.containsKey(each.getValue())) {
                append(each.getValue(), keptRows.get(each.getValue()), keptBlocks.get(each.getValue()));
            }
        }
        Files.move(next(SERIES), directory.resolve(SERIES), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        Files.move(next(RUNS), directory.resolve(RUNS), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static List<String> header() {
        List<String> header = new ArrayList<>(List.of("run", "policy", "seed"));
        header.addAll(Metric.keys());
        return header;
    }

    private Path next(String name) {
        return directory.resolve(name + ".new");
    }

    private FileChannel begin(String name, List<String> header) throws IOException {
        FileChannel file = FileChannel.open(next(name), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        write(file, Csv.row(header).getBytes(StandardCharsets.UTF_8));
        return file;
    }

    private static void write(FileChannel file, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            file.write(left);
        }
    }

    // --- What was there --------------------------------------------------------------------------------------------------------

    private Map<String, String> keptRows() throws IOException {
        Map<String, String> kept = new HashMap<>();
        Path file = directory.resolve(RUNS);
        if (Files.exists(file)) {
            String text = Files.readString(file);
            List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList(); // what has no end was being written
            if (!lines.isEmpty() && Csv.values(lines.get(0)).equals(header())) {
                lines.stream().skip(1).filter(line -> Csv.values(line).size() == header().size()).forEach(line -> kept.put(Csv.values(line).get(0), line));
            }
        }
        kept.keySet().retainAll(digests.values());
        return kept;
    }

    private Map<String, byte[]> keptBlocks(Map<String, String> keptRows) throws IOException {
        Map<String, StringBuilder> kept = new HashMap<>();
        Path file = directory.resolve(SERIES);
        if (Files.exists(file)) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String run = line.substring(0, Math.max(0, line.indexOf(',')));
                    if (keptRows.containsKey(run)) {
                        kept.computeIfAbsent(run, any -> new StringBuilder()).append(line).append('\n');
                    }
                }
            }
        }
        Map<String, byte[]> blocks = new HashMap<>();
        kept.forEach((run, text) -> blocks.put(run, text.toString().getBytes(StandardCharsets.UTF_8)));
        return blocks;
    }

    // --- What comes ----------------------------------------------------------------------------------------------------------

    /** The runs that are to be made. */
    synchronized List<Run> missing() {
        return digests.entrySet().stream().filter(each -> !rows.containsKey(each.getValue())).map(Map.Entry::getKey).toList();
    }

    /** Writes down what came of a run. */
    synchronized void add(Run run, Result result) {
        String policy = scenario.policies().get(run.policy()).label();
        List<String> begin = List.of(digests.get(run), policy, Long.toString(run.seed()));
        List<String> row = new ArrayList<>(begin);
        for (Metric metric : Metric.values()) {
            row.add(Csv.number(result.metrics().getOrDefault(metric, Double.NaN)));
        }
        StringBuilder block = new StringBuilder();
        for (Result.Moment moment : result.moments()) {
            List<String> line = new ArrayList<>(begin);
            line.addAll(List.of(Csv.number(moment.minute()), Integer.toString(moment.hostsOn()), Csv.number(moment.load()), Integer.toString(moment.hostsViolated()),
                    Csv.number(moment.energyKWh()), Integer.toString(moment.migrations())));
            block.append(Csv.row(line));
        }
        try {
            append(begin.get(0), Csv.row(row).stripTrailing(), block.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the tables in " + directory + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void append(String digest, String row, byte[] block) throws IOException {
        blocks.put(digest, new Block(series.position(), block.length));
        write(series, block);
        write(runs, (row + "\n").getBytes(StandardCharsets.UTF_8));
        rows.put(digest, row);
    }

    /** Sorts both tables. */
    synchronized void sort() throws IOException {
        try (OutputStream sorted = Files.newOutputStream(next(SERIES))) {
            sorted.write(Csv.row(SERIES_HEADER).getBytes(StandardCharsets.UTF_8));
            for (String digest : digests.values()) {
                if (blocks.containsKey(digest)) {
                    sorted.write(read(blocks.get(digest)));
                }
            }
        }
        StringBuilder sorted = new StringBuilder(Csv.row(header()));
        digests.values().stream().filter(rows::containsKey).forEach(digest -> sorted.append(rows.get(digest)).append('\n'));
        Files.writeString(next(RUNS), sorted);
        Files.move(next(SERIES), directory.resolve(SERIES), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        Files.move(next(RUNS), directory.resolve(RUNS), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private byte[] read(Block block) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(block.length());
        while (bytes.hasRemaining() && series.read(bytes, block.at() + bytes.position()) >= 0) {
            // until all of it is there
        }
        return bytes.array();
    }

    @Override
    public synchronized void close() throws IOException {
        runs.close();
        series.close();
    }
}
