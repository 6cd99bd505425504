package org.kumiki.bench.density;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.kumiki.api.storage.BootSource;
import org.kumiki.node.LocalNode;

/**
 * Starts as many web servers as should fit into the memory of a small host, a container each, through the platform's driver and by LXC
 * alone, in turn, so that a busy machine disturbs both alike; from the first start to the last answer.
 */
public final class Crowding {

    private static final int TOGETHER_MIB = 4_096;
    private static final int AT_ONCE = 4;
    private static final int ANSWER_MILLIS = 10_000;
    private static final int PAUSE_MILLIS = 5;
    private static final double BAR = 1.3;

    private final int guests;
    private final int rounds;
    private final PrintStream out;

    /** What it took until all have answered. */
    private record Effort(double seconds, double cpuSeconds) {
    }

    /** Something that is done for one container. */
    private interface Deed {
        void perform(int number) throws IOException, InterruptedException;
    }

    public Crowding(int guests, int rounds, PrintStream out) {
        this.guests = guests;
        this.rounds = rounds;
        this.out = out;
    }

    /**
     * @param image the built-in image's directory
     * @param place an empty directory, by a path that is short enough for unix sockets
     */
    public void run(Path image, Path place) throws IOException, InterruptedException {
        int memoryMiB = TOGETHER_MIB / guests;
        out.printf(Locale.ROOT, "%d web servers of %d MiB each, %d started at a time: seconds from the first start to the last answer, and of CPU%n", guests,
                memoryMiB, AT_ONCE);
        CpuTime cpu = new CpuTime();
        try (LocalNode node = new LocalNode("dense", place.resolve("node"), "127.0.0.1"); WebRoot root = WebRoot.of(node, image);
                Driven driven = new Driven(node, new BootSource.Kernel(image.resolve("kernel"), root.packed(), ""), memoryMiB);
                Plain same = new Plain(node, root.directory(), memoryMiB, new UserMode(node, place.resolve("plain")));
                Plain least = new Plain(node, root.directory(), memoryMiB, new Bridge(node))) {
            List<Contestant> contestants = List.of(driven, same, least);
            List<List<Effort>> figures = new ArrayList<>();
            for (int round = 0; round <= rounds; round++) {
                List<Effort> efforts = new ArrayList<>();
                for (Contestant contestant : contestants) {
                    efforts.add(crowd(contestant, cpu));
                }
                out.println((round == 0 ? "  to warm: " : "  round " + round + ": ") + IntStream.range(0, efforts.size())
                        .mapToObj(which -> String.format(Locale.ROOT, "%s %.2f s, CPU %.2f s", contestants.get(which).name(), efforts.get(which).seconds(),
                                efforts.get(which).cpuSeconds())).collect(Collectors.joining("; ")));
                if (round > 0) {
                    figures.add(efforts);
                }
            }
            for (int peer = 1; peer < contestants.size(); peer++) {
                summary(contestants.get(peer).name(), figures, peer, peer == 1 ? "; the bar is " + BAR : "");
            }
        }
    }

    private Effort crowd(Contestant contestant, CpuTime cpu) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            double used = cpu.used();
            long began = System.nanoTime();
            each(threads, contestant::start);
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWER_MILLIS);
            each(threads, number -> ask(contestant, number, end));
            return new Effort((System.nanoTime() - began) / 1e9, cpu.used() - used);
        } finally {
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.MINUTES); // also those that were under way when another failed
            endAll(contestant);
        }
    }

    private void endAll(Contestant contestant) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            each(threads, contestant::end);
        } finally {
            threads.shutdown();
        }
    }

    private void each(ExecutorService threads, Deed deed) throws IOException, InterruptedException {
        List<Callable<Void>> all = IntStream.rangeClosed(1, guests).<Callable<Void>>mapToObj(number -> () -> {
            deed.perform(number);
            return null;
        }).toList();
        for (Future<Void> done : threads.invokeAll(all)) {
            try {
                done.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause().getMessage(), e.getCause());
            }
        }
    }

    /** A server that has been started just now may not listen yet. */
    private static void ask(Contestant contestant, int number, long end) throws IOException, InterruptedException {
        while (true) {
            try {
                askOnce(contestant, number);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private static void askOnce(Contestant contestant, int number) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(contestant.address(number), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            if (!answer.contains(" 200 OK") || !answer.endsWith("hello\n")) {
                throw new IOException(contestant.name() + ": web server " + number + " answered " + answer);
            }
        }
    }

    private void summary(String peer, List<List<Effort>> figures, int which, String more) {
        out.printf(Locale.ROOT, "The driver takes %s times as long as %s%s, and %s times as much CPU (medians of %d rounds).%n",
                ratio(figures, which, Effort::seconds), peer, more, ratio(figures, which, Effort::cpuSeconds), figures.size());
    }

    private static String ratio(List<List<Effort>> figures, int which, ToDoubleFunction<Effort> of) {
        double[] ratios = figures.stream().mapToDouble(round -> of.applyAsDouble(round.get(0)) / of.applyAsDouble(round.get(which))).sorted().toArray();
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", ratios[ratios.length / 2], ratios[0], ratios[ratios.length - 1]);
    }
}
