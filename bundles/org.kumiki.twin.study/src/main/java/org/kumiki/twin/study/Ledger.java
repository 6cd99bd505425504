package org.kumiki.twin.study;

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
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The tables of a study: {@code runs.csv} has a row for each run, {@code series.csv} a block of rows. Both are written as runs end, a run's block
 * before its row, so what is there after a crash is whole runs, and perhaps a block that nobody misses. When all have ended, both are sorted as the
 * scenario has its runs, and no longer depend on who ended first. Thread-safe.
 */
final class Ledger implements Closeable {

    static final String RUNS = "runs.csv";
    static final String SERIES = "series.csv";
    static final int FIRST_METRIC = 3;
    static final List<String> SERIES_HEADER = List.of("run", "policy", "seed", "minute", "hosts_on", "load", "hosts_violated", "energy_kwh",
            "migrations", "machines", "failed_launches");

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
        Kept kept = goOn ? Kept.read(directory, Set.copyOf(digests.values())) : Kept.NOTHING;
        runs = begin(RUNS, header());
        series = begin(SERIES, SERIES_HEADER);
        for (Run run : digests.keySet()) {
            String row = kept.rows().get(digests.get(run));
            if (row != null) {
                append(run, row, kept.blocks().get(digests.get(run)));
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

    /** The runs that are to be made. */
    synchronized List<Run> missing() {
        return digests.entrySet().stream().filter(each -> !rows.containsKey(each.getValue())).map(Map.Entry::getKey).toList();
    }

    /** Writes down what came of a run. */
    synchronized void add(Run run, Result result) {
        List<String> metrics = Arrays.stream(Metric.values()).map(metric -> Csv.number(result.metrics().getOrDefault(metric, Double.NaN))).toList();
        List<String> block = result.moments().stream().map(moment -> values(List.of(Csv.number(moment.minute()), Csv.number(moment.hostsOn()),
                Csv.number(moment.load()), Csv.number(moment.hostsViolated()), Csv.number(moment.energyKWh()), Integer.toString(moment.migrations()),
                Csv.number(moment.machines()), Csv.number(moment.failed())))).toList();
        try {
            append(run, values(metrics), block);
        } catch (IOException e) {
            throw new UncheckedIOException("the tables in " + directory + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static String values(List<String> values) {
        return "," + Csv.row(values).stripTrailing();
    }

    private void append(Run run, String row, List<String> block) throws IOException {
        String digest = digests.get(run);
        String begin = Kept.begin(digest, scenario.policies().get(run.policy()).label(), run.seed());
        byte[] lines = block.stream().map(line -> begin + line + "\n").collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8);
        blocks.put(digest, new Block(series.position(), lines.length));
        write(series, lines);
        write(runs, (begin + row + "\n").getBytes(StandardCharsets.UTF_8));
        rows.put(digest, begin + row);
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
