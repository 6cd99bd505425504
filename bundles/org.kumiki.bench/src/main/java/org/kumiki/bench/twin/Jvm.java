package org.kumiki.bench.twin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.bench.ServerProcess;

/**
 * A program in a Java of its own.
 *
 * @param title     who it is
 * @param options   of its Java
 * @param classPath of the program
 * @param main      its class
 * @param arguments what it is told
 */
record Jvm(String title, List<String> options, String classPath, String main, List<String> arguments) {

    /** By which the line begins that says what a program has come to. */
    static final String OUTCOME = "outcome ";

    /** What a collection begins with: {@code 24M->8M(256M)}. */
    private static final Pattern COLLECTED = Pattern.compile("\\b(\\d+)M->\\d+M\\(");
    private static final Pattern LEFT = Pattern.compile("total \\d+K, used (\\d+)K");

    /**
     * How a program has fared.
     *
     * @param cpuSeconds of the whole process, its start and end included
     * @param heapMiB    the most that was in use when it was looked at: before each collection, and at the end
     * @param outcome    what it said last
     */
    record Run(double cpuSeconds, double wallSeconds, long heapMiB, String[] outcome) {

        double number(int index) {
            return Double.parseDouble(outcome[index]);
        }
    }

    /** The same with other arguments. */
    Jvm of(List<String> others) {
        return new Jvm(title, options, classPath, main, others);
    }

    private Jvm with(String option) {
        List<String> more = new ArrayList<>(options);
        more.add(option);
        return new Jvm(title, more, classPath, main, arguments);
    }

    /** The same with its classes from an archive, into which a first run to its end has put what it had loaded, as {@code kumiki simulate} does. */
    Jvm archived(Path directory) throws IOException, InterruptedException {
        Path archive = directory.resolve(main + ".jsa");
        with("-XX:ArchiveClassesAtExit=" + archive).run(directory);
        return with("-XX:SharedArchiveFile=" + archive);
    }

    /**
     * Runs it to its end. Nobody else in this Java may have a process meanwhile.
     *
     * @param directory for what it says
     * @throws IOException if it fails, or does not say what it has come to
     */
    Run run(Path directory) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        Path collections = directory.resolve("collections");
        List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:disable", "-Xlog:gc,gc+heap+exit:file=" + collections));
        words.addAll(options);
        words.addAll(List.of("-cp", classPath, main));
        words.addAll(arguments);
        double before = ServerProcess.cpuSecondsOfEnded();
        long began = System.nanoTime();
        Process process = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        int exit = process.waitFor();
        double wallSeconds = (System.nanoTime() - began) / 1e9;
        double cpuSeconds = ServerProcess.cpuSecondsOfEnded() - before;
        List<String> said = Files.readAllLines(log, StandardCharsets.UTF_8);
        String outcome = said.stream().filter(line -> line.startsWith(OUTCOME)).reduce((first, second) -> second).orElse("");
        if (exit != 0 || outcome.isEmpty()) {
            throw new IOException(title + " ended with " + exit + (said.isEmpty() ? "" : ": " + said.get(said.size() - 1)));
        }
        return new Run(cpuSeconds, wallSeconds, heapMiB(Files.readString(collections)), outcome.substring(OUTCOME.length()).split(" "));
    }

    static long heapMiB(String collections) {
        long most = 0;
        for (Matcher before = COLLECTED.matcher(collections); before.find();) {
            most = Math.max(most, Long.parseLong(before.group(1)));
        }
        long leftKiB = 0;
        for (Matcher left = LEFT.matcher(collections); left.find();) {
            leftKiB += Long.parseLong(left.group(1));
        }
        return Math.max(most, leftKiB / 1_024);
    }
}
