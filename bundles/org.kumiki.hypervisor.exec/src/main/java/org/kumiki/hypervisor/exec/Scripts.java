package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.node.Node;

/**
 * Runs scripts on one node: those that may be trusted, with hardly any environment, for a bounded time. When that is over, a script is killed
 * with all that it has started and not put into a session of its own, as guests are. Thread-safe.
 */
final class Scripts {

    /** Longer answers are no answers. */
    static final int LONGEST_OUTPUT = 256 << 10;

    private static final Duration TO_NOTICE = Duration.ofSeconds(10);
    private static final int KILLED = 128 + 9;
    private static final List<String> ENVIRONMENT = List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
            "HOME=/");
    /** A constant: the file to read is its name, and what is to be run are its arguments. */
    private static final List<String> READING = List.of("sh", "-c", "exec \"$@\" < \"$0\"");

    private final Node node;
    private final Trust trust;
    private final Path payloads;
    private final List<String> environment;
    private final RunLog log;

    /** @param payloads a directory that is ours alone */
    Scripts(Node node, Path payloads, List<String> environment, RunLog log) {
        this.node = node;
        this.trust = new Trust(node);
        this.payloads = payloads;
        this.environment = List.copyOf(environment);
        this.log = log;
    }

    Node node() {
        return node;
    }

    /** @return an action's answer if it has succeeded; whatever it wrote besides is in the log */
    Node.Finished run(Call call) throws IOException {
        Path script = check(call.script());
        node.makeDirectory(payloads);
        Path payload = payloads.resolve(UUID.randomUUID() + call.suffix());
        node.write(payload, call.payload());
        long began = System.nanoTime();
        try {
            Node.Finished answer = node.run(command(call, script, payload), call.patience().plus(TO_NOTICE));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            log.add(call, took, answer);
            if (answer.exitCode() == KILLED && took.compareTo(call.patience()) >= 0) {
                throw new HypervisorException(Reason.UNAVAILABLE, call + " did not end within " + call.patience().toSeconds() + " s, and was killed");
            }
            if (answer.output().length() > LONGEST_OUTPUT) {
                throw new HypervisorException(Reason.UNAVAILABLE, call + " wrote more than " + LONGEST_OUTPUT + " bytes, which is no answer");
            }
            return answer;
        } finally {
            node.delete(payload);
        }
    }

    /** @return the script's real place, if it may be run; else the exception says why not */
    Path check(Path script) {
        try {
            return trust.check(script);
        } catch (IOException e) {
            throw new HypervisorException(Reason.REFUSED, e.getMessage(), e);
        }
    }

    /** A script that is killed takes its process group along, for {@code timeout} makes it one and kills it whole. */
    private List<String> command(Call call, Path script, Path payload) {
        List<String> command = new ArrayList<>(List.of("env", "-i"));
        command.addAll(ENVIRONMENT);
        command.addAll(environment);
        command.addAll(List.of("timeout", "--signal=KILL", Long.toString(call.patience().toSeconds())));
        if (call.reads()) {
            command.addAll(READING);
            command.add(payload.toString());
        }
        command.add(script.toString());
        call.arguments().forEach(argument -> command.add(argument.equals(Call.PAYLOAD) ? payload.toString() : argument));
        return command;
    }
}
