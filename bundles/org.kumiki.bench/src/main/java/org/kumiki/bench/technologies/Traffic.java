package org.kumiki.bench.technologies;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the network takes, measured by a client on this machine of the two servers that the script leaves behind. */
record Traffic(String host, int port) {

    private static final int REPETITIONS = 3;
    private static final int ROUND_TRIPS = 500;
    private static final long DOWNLOAD = 32L << 20;
    private static final int MILLIS = 60_000;
    private static final long TO_LISTEN_NANOS = TimeUnit.SECONDS.toNanos(10);

    Map<Measure, Double> measure() throws IOException, InterruptedException {
        List<Double> downloads = new ArrayList<>();
        List<Double> echoes = new ArrayList<>();
        for (int repetition = 0; repetition < REPETITIONS; repetition++) {
            downloads.add(download());
            echoes.add(echo());
        }
        Map<Measure, Double> figures = new EnumMap<>(Measure.class);
        figures.put(Measure.DOWNLOAD, Work.median(downloads));
        figures.put(Measure.ECHO, Work.median(echoes));
        return figures;
    }

    /** A server that has been started just now may not listen yet. */
    private Socket connect(int to) throws IOException, InterruptedException {
        long end = System.nanoTime() + TO_LISTEN_NANOS;
        while (true) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(host, to), MILLIS);
                socket.setSoTimeout(MILLIS);
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                socket.close();
                if (System.nanoTime() > end) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private double download() throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (Socket socket = connect(port); InputStream in = socket.getInputStream()) {
            byte[] buffer = new byte[1 << 16];
            long left = DOWNLOAD;
            while (left > 0) {
                int count = in.read(buffer);
                if (count < 0) {
                    throw new EOFException("the server ended " + left + " bytes too early");
                }
                left -= count;
            }
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private double echo() throws IOException, InterruptedException {
        try (Socket socket = connect(port + 1)) {
            trip(socket); // the server starts a program first
            long began = System.nanoTime();
            for (int count = 0; count < ROUND_TRIPS; count++) {
                trip(socket);
            }
            return (System.nanoTime() - began) / 1e9;
        }
    }

    private static void trip(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        if (socket.getInputStream().read() < 0) {
            throw new EOFException("the server has hung up");
        }
    }
}
