package org.kumiki.network.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.node.Node.Finished;
import org.kumiki.node.contract.PlainNode;

/**
 * A small estate out of network namespaces: a switch with the metadata service on it, hosts that are joined to it, and guests behind taps.
 * Nothing of it touches the machine's own network; closing it ends every process and removes every namespace.
 */
final class Lab implements AutoCloseable {

    static final String SWITCH_ADDRESS = "172.31.0.254";

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    /** The distribution's own, since another may be a script that starts slowly. */
    private static final String PYTHON = "/usr/bin/python3";
    private static final String SCRIPT = Path.of("src/test/python/guest.py").toAbsolutePath().toString();

    /** A guest: a namespace with a device that is plugged in where its tap is. */
    record Guest(InstanceId instance, String namespace, String address) {

        String mac() {
            return Lab.mac(address);
        }

        String hexMac() {
            return mac().replace(":", "");
        }
    }

    /** A program that goes on, and what it says. */
    record Running(Process process, BufferedReader output) {

        String line() throws IOException {
            return output.readLine();
        }

        void go() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        void end() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }

    private final String prefix = "kb" + ProcessHandle.current().pid() + "-";
    private final List<String> namespaces = new ArrayList<>();
    private final List<Process> processes = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Running> plugs = new HashMap<>();
    private final Path directory;

    Lab(Path directory) throws IOException {
        this.directory = directory;
        String lan = namespace("lan");
        // Given an address, it keeps it: a bridge without one takes the lowest of its ports', which change.
        in(lan, "ip", "link", "add", "lan", "address", mac(SWITCH_ADDRESS), "type", "bridge", "forward_delay", "0");
        in(lan, "ip", "link", "set", "lan", "up");
        in(lan, "ip", "address", "add", SWITCH_ADDRESS + "/16", "dev", "lan");
        in(lan, "ip", "address", "add", Segment.METADATA + "/32", "dev", "lan");
    }

    static String mac(String address) {
        String[] parts = address.split("\\.");
        return String.format("02:4b:4d:1f:%02x:%02x", Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
    }

    String lan() {
        return prefix + "lan";
    }

    static String lanMac() {
        return mac(SWITCH_ADDRESS);
    }

    /** A host whose device up0 leads to the switch. */
    PlainNode host(String name) throws IOException {
        String namespace = namespace(name);
        in(lan(), "ip", "link", "add", "name", name, "type", "veth", "peer", "name", "up0", "netns", namespace);
        in(lan(), "ip", "link", "set", "dev", name, "master", "lan", "up");
        return new PlainNode(namespace, Files.createDirectories(directory.resolve(name)), List.of("ip", "netns", "exec", namespace));
    }

    Guest guest(String name, int number) throws IOException {
        Guest guest = new Guest(new InstanceId("i-0000000000000000" + number), namespace(name), "172.31.16." + number);
        in(guest.namespace(), "ip", "tuntap", "add", "dev", "eth0", "mode", "tap");
        in(guest.namespace(), "ip", "link", "set", "eth0", "address", guest.mac(), "addrgenmode", "none", "up");
        return guest;
    }

    /** As a hypervisor does that starts the guest. */
    void plug(Guest guest, PlainNode host) throws IOException {
        plug(guest, host, List.of());
    }

    /** As hypervisors do that hand the guest over: the new one announces it. */
    void move(Guest guest, PlainNode host) throws IOException, InterruptedException {
        unplug(guest);
        plug(guest, host, List.of("announce"));
    }

    private void plug(Guest guest, PlainNode host, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(PYTHON, SCRIPT, "plug", host.name(), Port.device(guest.instance()), guest.namespace()));
        command.addAll(more);
        Running plug = start(command);
        expect("plugged", plug.line());
        plugs.put(guest.namespace(), plug);
    }

    void unplug(Guest guest) throws InterruptedException {
        Running plug = plugs.remove(guest.namespace());
        if (plug != null) {
            plug.end();
        }
    }

    /** As the guest's own configuration would do without DHCP. */
    void configure(Guest guest, String gateway) throws IOException {
        in(guest.namespace(), "ip", "address", "add", guest.address() + "/16", "dev", "eth0");
        in(guest.namespace(), "ip", "route", "add", "default", "via", gateway);
    }

    /** Runs what a guest does and answers what it says. */
    String does(Guest guest, String... arguments) throws IOException {
        return does(guest.namespace(), arguments);
    }

    String does(String namespace, String... arguments) throws IOException {
        return in(namespace, script(arguments)).strip();
    }

    /** Starts what a guest does, which has said that it has begun. */
    Running begins(Guest guest, String... arguments) throws IOException {
        return begins(guest.namespace(), arguments);
    }

    Running begins(String namespace, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        command.addAll(List.of(script(arguments)));
        Running running = start(command);
        if (!arguments[0].equals("count")) {
            running.line();
        }
        return running;
    }

    private static String[] script(String... arguments) {
        List<String> command = new ArrayList<>(List.of(PYTHON, SCRIPT));
        command.addAll(List.of(arguments));
        return command.toArray(new String[0]);
    }

    /** The metadata service of these guests, in a namespace that has its address. */
    Running serveMetadata(String namespace, Guest... guests) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace,
                Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), MetadataMain.class.getName()));
        for (Guest guest : guests) {
            command.addAll(List.of(guest.instance().value(), guest.address()));
        }
        Running running = start(command);
        expect("serving", running.line());
        return running;
    }

    private Running start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        processes.add(process);
        return new Running(process, new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
    }

    private static void expect(String wanted, String line) throws IOException {
        if (!wanted.equals(line)) {
            throw new IOException("instead of '" + wanted + "' came '" + line + "'");
        }
    }

    String namespace(String name) throws IOException {
        String whole = prefix + name;
        Finished made = run("ip", "netns", "add", whole);
        if (!made.succeeded()) {
            throw new IOException(made.errors());
        }
        namespaces.add(whole);
        in(whole, "ip", "link", "set", "lo", "up");
        return whole;
    }

    /** Runs a program that must succeed. */
    String in(String namespace, String... command) throws IOException {
        Finished finished = tries(namespace, command);
        if (!finished.succeeded()) {
            throw new IOException(String.join(" ", command) + " in " + namespace + ": " + finished.output() + finished.errors());
        }
        return finished.output();
    }

    Finished tries(String namespace, String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(List.of(command));
        return run(whole.toArray(new String[0]));
    }

    private Finished run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        try {
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(String.join(" ", command) + " does not end");
            }
            return new Finished(process.exitValue(), output, errors);
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            processes.remove(process);
        }
    }

    /** Why no lab can be made here, if so. */
    static Optional<String> obstacle() {
        for (List<String> probe : List.of(List.of("nft", "--version"), List.of("dnsmasq", "--version"), List.of("busybox", "udhcpc", "--help"),
                List.of("curl", "--version"), List.of(PYTHON, "--version"), List.of("unshare", "--net", "nft", "list", "tables"))) {
            try {
                Process process = new ProcessBuilder(probe).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
                if (process.waitFor() > 1) {
                    return Optional.of(String.join(" ", probe) + " fails");
                }
            } catch (IOException | InterruptedException e) {
                return Optional.of(String.join(" ", probe) + ": " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        for (Process process : List.copyOf(processes)) {
            process.destroyForcibly();
        }
        for (String namespace : namespaces) {
            for (String pid : run("ip", "netns", "pids", namespace).output().lines().toList()) {
                run("kill", "-9", pid);
            }
            run("ip", "netns", "delete", namespace);
        }
    }
}
