package org.kumiki.power.ipmi;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.node.Node;
import org.kumiki.api.power.PowerException;
import org.kumiki.api.power.PowerException.Reason;

/** Runs {@code ipmitool} for one controller, on a node that bounds its time and its words. What it says is believed no further than its shape. */
final class Ipmitool {

    private final Node node;
    private final String program;
    private final Controller controller;
    private final Duration patience;

    Ipmitool(Node node, String program, Controller controller, Duration patience) {
        this.node = node;
        this.program = program;
        this.controller = controller;
        this.patience = patience;
    }

    /** Whether the controller says that the host is on. */
    boolean isOn() {
        String said = run("chassis", "power", "status");
        List<String> readings = said.lines().filter(line -> line.startsWith("Chassis Power is ")).distinct().toList();
        if (readings.size() == 1 && readings.get(0).equals("Chassis Power is on")) {
            return true;
        }
        if (readings.size() == 1 && readings.get(0).equals("Chassis Power is off")) {
            return false;
        }
        throw new PowerException(Reason.UNAVAILABLE, controller.address() + " gives no reading: " + said.lines().findFirst().orElse("nothing"));
    }

    /** Asks for {@code on}, {@code off} or {@code soft}. That it is accepted proves nothing. */
    void ask(String action) {
        run("chassis", "power", action);
    }

    private String run(String... words) {
        Node.Finished finished;
        try {
            finished = node.run(controller.command(program, words), patience);
        } catch (IOException e) {
            throw new PowerException(Reason.UNAVAILABLE, controller.address() + " gives no answer: " + e.getMessage(), e);
        }
        if (!finished.succeeded()) {
            throw new PowerException(denied(finished.errors()) ? Reason.REFUSED : Reason.UNAVAILABLE,
                    controller.address() + ": " + finished.errors().strip().replaceAll("(?s).*\n", ""));
        }
        return finished.output();
    }

    private static boolean denied(String output) {
        return output.contains("Insufficient privilege") || output.contains("Invalid command") || output.contains("not supported");
    }
}
