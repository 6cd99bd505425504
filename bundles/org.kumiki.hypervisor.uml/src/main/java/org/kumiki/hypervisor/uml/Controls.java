package org.kumiki.hypervisor.uml;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What is said to a guest that runs: to its kernel, to the program that opens its disks, and to the one that is its network. */
record Controls(Node node, GuestFiles files) {

    private static final String MCONSOLE = Commands.script("mconsole.pl");
    private static final String QMP = Commands.script("qmp.pl");
    private static final String SECONDS_TO_ANSWER = "20";
    private static final Duration TO_ANSWER = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As when somebody presses the three keys: most systems restart then. Says nothing if the kernel does not listen. */
    void pressCtrlAltDel() throws IOException {
        mconsole("cad");
    }

    /** Restarts the machine at once. */
    void reset() throws IOException {
        mconsole("reboot");
    }

    private Node.Finished mconsole(String command) throws IOException {
        return node.run(List.of("perl", "-e", MCONSOLE, files.machine().toString(), command), TO_ANSWER);
    }

    /** Plugs a disk in that is shown. */
    void plug(String name) throws IOException {
        Node.Finished plugged = mconsole("config " + name + "=/disks/" + name);
        if (!plugged.succeeded()) {
            throw new IOException("the guest's kernel does not take " + name + ": " + (plugged.output() + plugged.errors()).strip());
        }
    }

    boolean isPlugged(String name) throws IOException {
        Node.Finished asked = mconsole("config " + name);
        return asked.succeeded() && !asked.output().isBlank();
    }

    /** @return whether the kernel has let go of it; it does not while it is mounted */
    boolean unplug(String name) throws IOException {
        return mconsole("remove " + name).succeeded();
    }

    List<Drives.Shown> shown() throws IOException {
        return Drives.shown(ask("disks.qmp", command("query-block-exports", null)));
    }

    void show(GuestDisk disk, String name) throws IOException {
        ask("disks.qmp", command("blockdev-add", Drives.open(disk)));
        ask("disks.qmp", command("block-export-add", Drives.show(disk, name)));
    }

    void hide(String name) throws IOException {
        ask("disks.qmp", command("block-export-del", JsonNodeFactory.instance.objectNode().put("id", name).put("mode", "hard")));
    }

    void close(String volume) throws IOException {
        ask("disks.qmp", command("blockdev-del", JsonNodeFactory.instance.objectNode().put("node-name", volume)));
    }

    /** Has exactly the forwards of a link. */
    void forward(NetworkLink.User link) throws IOException {
        for (String change : Wire.changes(link, Wire.present(human("info usernet")))) {
            String complaint = human(change);
            if (!complaint.isEmpty() && !complaint.endsWith("removed")) {
                throw new HypervisorException(Reason.UNAVAILABLE, change + ": " + complaint);
            }
        }
    }

    private String human(String line) throws IOException {
        return ask("network.qmp", command("human-monitor-command", JsonNodeFactory.instance.objectNode().put("command-line", line)))
                .asText().strip();
    }

    private static String command(String name, ObjectNode arguments) {
        ObjectNode command = JsonNodeFactory.instance.objectNode().put("execute", name);
        if (arguments != null) {
            command.set("arguments", arguments);
        }
        return command.toString();
    }

    private JsonNode ask(String socket, String question) throws IOException {
        return value(socket, Commands.run(node, List.of("perl", "-e", QMP, files.directory().toString(), socket, SECONDS_TO_ANSWER, question)));
    }

    /** What was asked for. What a program refuses is an error of whoever asked for it. */
    static JsonNode value(String socket, String answer) throws IOException {
        try {
            JsonNode tree = JSON.readTree(answer); // one question, one answer: what follows it is not read
            if (tree.has("error")) {
                throw new HypervisorException(Reason.REFUSED, socket + ": " + tree.path("error").path("desc").asText());
            }
            if (!tree.has("return")) {
                throw new IOException(socket + " answers neither well nor ill: " + answer);
            }
            return tree.get("return");
        } catch (JsonProcessingException e) {
            throw new IOException(socket + " answers no JSON: " + answer, e);
        }
    }
}
