package org.kumiki.bench.move;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection to a QEMU's control socket: what a program does that drives QEMU and nothing else. Answers are text; one caller at a time. */
final class Qmp implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final SocketChannel channel;
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(16);
    private final Object heard = new Object();
    private long stopped;
    private long resumed;
    private String migration = "";

    private Qmp(SocketChannel channel) {
        this.channel = channel;
    }

    /** Waits until the socket is there. */
    static Qmp connect(Path socket) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                Qmp qmp = new Qmp(channel);
                Thread reader = new Thread(qmp::read, "bench-qmp");
                reader.setDaemon(true);
                reader.start();
                qmp.ask("qmp_capabilities", "");
                return qmp;
            } catch (IOException e) {
                channel.close();
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(5);
            }
        }
    }

    private void read() {
        try {
            BufferedReader reader = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.contains("\"event\": ")) {
                    note(line);
                } else if (!line.startsWith("{\"QMP\"")) {
                    answers.add(line);
                }
            }
        } catch (IOException e) {
            answers.add("{\"error\": \"" + e.getMessage() + "\"}"); // whoever waits sees it
        }
    }

    private void note(String event) {
        synchronized (heard) {
            if (event.contains("\"event\": \"STOP\"")) {
                stopped = System.nanoTime();
            } else if (event.contains("\"event\": \"RESUME\"")) {
                resumed = System.nanoTime();
            } else if (event.contains("\"event\": \"MIGRATION\"")) {
                migration = Text.between(event, "\"status\": \"", "\"");
            }
            heard.notifyAll();
        }
    }

    /** @param arguments in JSON, without their braces */
    String ask(String command, String arguments) throws IOException, InterruptedException {
        byte[] line = ("{\"execute\": \"" + command + "\", \"arguments\": {" + arguments + "}}\n").getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        String answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (answer == null || !answer.contains("\"return\": ")) {
            throw new IOException(command + " was answered with " + answer);
        }
        return answer;
    }

    /** Waits until this end's migration is over. */
    void awaitMigrated() throws IOException, InterruptedException {
        synchronized (heard) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!migration.equals("completed")) {
                if (migration.equals("failed") || System.nanoTime() > end) {
                    throw new IOException("QEMU's migration is " + migration);
                }
                heard.wait(100);
            }
        }
    }

    /** From the standing still of a guest here to its going on there, as both were heard. */
    long standstillUntil(Qmp there) throws InterruptedException {
        long from;
        synchronized (heard) {
            from = stopped;
        }
        synchronized (there.heard) {
            while (there.resumed == 0) {
                there.heard.wait(100);
            }
            return there.resumed - from;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
