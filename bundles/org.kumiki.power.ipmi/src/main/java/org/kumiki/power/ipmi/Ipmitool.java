package org.kumiki.power.ipmi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import org.kumiki.api.power.PowerException;
import org.kumiki.api.power.PowerException.Reason;

/** Runs {@code ipmitool} for one controller. What it says is believed no further than its shape. */
final class Ipmitool {

    /** A reading is one line; who says more than this is not understood. */
    private static final int MOST_OUTPUT = 4096;
    private static final File NOTHING = new File("/dev/null");

    private final String program;
    private final Controller controller;
    private final Duration patience;

    Ipmitool(String program, Controller controller, Duration patience) {
        this.program = program;
        this.controller = controller;
        this.patience = patience;
    }

    /** Whether the controller says that the host is on. */
    boolean isOn() throws InterruptedException {
        String said = run("chassis", "power", "status");
        List<String> readings = said.lines().filter(line -> line.startsWith("Chassis Power is ")).distinct().toList();
        if (readings.size() == 1 && readings.get(0).equals("Chassis Power is on")) {
            return true;
        }
        if (readings.size() == 1 && readings.get(0).equals("Chassis Power is off")) {
            return false;
        }
        throw new PowerException(Reason.UNAVAILABLE, controller.address() + " gives no reading: " + said.strip());
    }

    /** Asks for {@code on}, {@code off} or {@code soft}. That it is accepted proves nothing. */
    void ask(String action) throws InterruptedException {
        run("chassis", "power", action);
    }

    private String run(String... words) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(controller.command(program, words)).redirectInput(NOTHING).redirectErrorStream(true);
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/sbin:/usr/bin:/sbin:/bin" : path);
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new PowerException(Reason.REFUSED, program + " cannot be started (Debian, Ubuntu: ipmitool): " + e.getMessage(), e);
        }
        try {
            String output = CompletableFuture.supplyAsync(() -> beginning(process.getInputStream()), task -> reader(task).start())
                    .get(patience.toNanos(), NANOSECONDS);
            if (!process.waitFor(patience.toNanos(), NANOSECONDS)) {
                throw new PowerException(Reason.UNAVAILABLE, controller.address() + " is talked with for longer than " + patience);
            }
            if (process.exitValue() != 0) {
                throw new PowerException(denied(output) ? Reason.REFUSED : Reason.UNAVAILABLE,
                        controller.address() + ": " + output.strip().replaceAll("(?s).*\n", ""));
            }
            return output;
        } catch (TimeoutException e) {
            throw new PowerException(Reason.UNAVAILABLE, controller.address() + " does not answer within " + patience, e);
        } catch (ExecutionException e) {
            throw new PowerException(Reason.UNAVAILABLE, controller.address() + ": " + e.getCause().getMessage(), e.getCause());
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean denied(String output) {
        return output.contains("Insufficient privilege") || output.contains("Invalid command") || output.contains("not supported");
    }

    private static Thread reader(Runnable task) {
        Thread thread = new Thread(task, "kumiki-ipmitool");
        thread.setDaemon(true);
        return thread;
    }

    private static String beginning(InputStream stream) {
        try (stream) {
            return new String(stream.readNBytes(MOST_OUTPUT), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
