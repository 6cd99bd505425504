package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.kumiki.api.node.Node;

/**
 * A dom0 that is none: answers as Xen 4.17's xl and the programs beside it did on a real one, and keeps files and domains in memory. Its guests are
 * up at once, say who they are, and follow what they are asked, unless they are stubborn.
 */
final class ScriptedDom0 implements Node {

    private static final String INFO = """
            release                : 6.1.0-50-amd64
            nr_cpus                : 4
            total_memory           : 8192
            free_memory            : 6144
            xen_version            : 4.17.5
            xen_caps               : xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64
            xen_scheduler          : credit2
            """;
    private static final Pattern NAME = Pattern.compile("^name = \"(.*)\"$", Pattern.MULTILINE);
    private static final Pattern DEVICE = Pattern.compile("vdev=xvd([a-z])");
    private static final Path PROCESSES = Path.of("/proc");

    private final TreeMap<Path, String> files = new TreeMap<>();
    private final TreeMap<Integer, Machine> machines = new TreeMap<>();
    private int last;
    private int ended;

    /** A domain, with the numbers of its disks. */
    private record Machine(String name, int number, String config, Set<Integer> disks, long since) {

        boolean isStubborn() {
            return config.contains("kumiki.stubborn");
        }

        String line() {
            return String.format(Locale.ROOT, "%-40s %5d %5d %5d     -b---- %9.1f%n", name, number, 96, 1, (System.nanoTime() - since) / 1e9);
        }
    }

    ScriptedDom0() {
        put(Path.of("/run/xen/xenconsoled.pid"), "7");
        put(PROCESSES.resolve("7/cmdline"), "xenconsoled\0--log=guest\0");
        put(Path.of("/usr/libexec/xen-qemu-system-i386"), "");
        put(ShownDisks.DAEMON, "");
    }

    synchronized void put(Path file, String content) {
        files.put(file, content);
    }

    /** What there is of a guest. */
    synchronized Set<String> traces(String guest) {
        Set<String> traces = new TreeSet<>();
        machines.values().stream().filter(machine -> machine.name().equals(guest)).forEach(machine -> traces.add("domain " + machine.number()));
        files.forEach((file, content) -> {
            if (file.toString().contains(guest) || content.contains(guest)) {
                traces.add(file.toString());
            }
        });
        return traces;
    }

    synchronized void end(String guest) {
        with(guest, this::remove);
    }

    @Override
    public synchronized Finished run(List<String> command, Duration deadline) throws IOException {
        String operand = command.get(command.size() - 1);
        return switch (command.get(0)) {
        case "xl" -> xl(command.get(1), command, operand);
        case "sh" -> script(command.get(2), command.subList(4, command.size()));
        case "df" -> done("Filesystem 1048576-blocks Used Available Capacity Mounted on\n/dev/sda1 100000 1 99999 1% /\n");
        case "tail" -> Optional.ofNullable(files.get(Path.of(operand))).map(ScriptedDom0::done).orElseGet(() -> failed("no such file"));
        case "find", "losetup" -> done("");
        case "umount" -> failed("not mounted");
        case "rm" -> {
            command.subList(3, command.size()).forEach(file -> delete(Path.of(file)));
            yield done("");
        }
        case "kill" -> {
            delete(PROCESSES.resolve(operand));
            yield done("");
        }
        case "/usr/bin/qemu-storage-daemon" -> {
            put(Path.of(command.get(3)), Integer.toString(++last));
            put(PROCESSES.resolve(last + "/cmdline"), String.join("\0", command));
            yield done("");
        }
        default -> throw new IOException("nobody has written down what is answered to " + command);
        };
    }

    /** Each of the driver's own scripts. */
    private Finished script(String script, List<String> arguments) throws IOException {
        return switch (script) {
        case XenHost.PREPARE -> prepared(Path.of(arguments.get(0)), arguments.subList(1, arguments.size()));
        case Xl.MAKE -> made(Path.of(arguments.get(0)), arguments.get(1));
        case Xl.DESTROY -> {
            xl("destroy", List.of(), arguments.get(0));
            yield xl("list", List.of(), "");
        }
        case Ends.AWAIT -> when(endsWithin(ended, arguments.get(0)), "");
        case Ends.ASK -> {
            int before = ended;
            xl(arguments.get(1), List.of(), arguments.get(2));
            endsWithin(before, arguments.get(0));
            yield xl("list", List.of(), "");
        }
        default -> throw new IOException("nobody has written down what comes of " + script);
        };
    }

    private Finished prepared(Path own, List<String> needed) {
        Optional<String> missing = needed.stream().filter(file -> !files.containsKey(Path.of(file))).findFirst();
        if (missing.isEmpty()) {
            makeDirectory(own);
        }
        return missing.map(file -> new Finished(1, file, "")).orElseGet(() -> done(""));
    }

    private Finished made(Path making, String config) throws IOException {
        put(making, "");
        Finished made = xl("create", List.of(), config);
        if (made.succeeded()) {
            delete(making);
        }
        return made;
    }

    /** Whether more domains end than have before. Others go on meanwhile. */
    private boolean endsWithin(int before, String seconds) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(seconds));
        try {
            for (long left = end - System.nanoTime(); ended == before && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
        return ended != before;
    }

    private Finished xl(String verb, List<String> command, String operand) throws IOException {
        return switch (verb) {
        case "info" -> done(INFO);
        case "list" -> done("Name                                        ID   Mem VCPUs\tState\tTime(s)\n"
                + machines.values().stream().map(Machine::line).collect(Collectors.joining()));
        case "create" -> create(content(Path.of(operand)));
        case "destroy" -> remove(machines.get(Integer.valueOf(operand)));
        case "shutdown" -> with(operand, machine -> machine.isStubborn() ? done("") : remove(machine));
        case "reboot" -> with(operand, machine -> machine.isStubborn() ? done("") : again(machine));
        case "block-list" -> with(operand, machine -> done("Vdev  BE  handle state evt-ch ring-ref BE-path\n"
                + machine.disks().stream().map(disk -> disk + " 0   5      4     8      8        /local\n").collect(Collectors.joining())));
        case "block-attach" -> with(command.get(2), machine -> when(machine.disks().addAll(disks(operand)), "libxl: error: device already exists"));
        case "block-detach" -> with(command.get(2), machine -> when(machine.disks().removeAll(disks("vdev=" + operand)), "libxl: error: no disk"));
        default -> throw new IOException("nobody has written down what is answered to xl " + verb);
        };
    }

    private interface Deed {

        Finished perform(Machine machine);
    }

    private Finished with(String name, Deed deed) {
        return machines.values().stream().filter(machine -> machine.name().equals(name)).findFirst().map(deed::perform)
                .orElseGet(() -> failed(name + " is an invalid domain identifier"));
    }

    private Finished create(String config) {
        Matcher name = NAME.matcher(config);
        if (!name.find() || machines.values().stream().anyMatch(machine -> machine.name().equals(name.group(1)))) {
            return failed("libxl: error: Domain with name already exists");
        }
        Machine machine = new Machine(name.group(1), ++last, config, disks(config), System.nanoTime());
        machines.put(machine.number(), machine);
        files.merge(GuestFiles.CONSOLES.resolve("guest-" + machine.name() + ".log"), "kumiki guest " + machine.name() + " ready\n", String::concat);
        return done("");
    }

    private static Set<Integer> disks(String config) {
        return DEVICE.matcher(config).results().map(device -> (202 << 8) + 16 * (device.group(1).charAt(0) - 'a'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Finished remove(Machine machine) {
        if (machine == null) {
            return failed("libxl: error: Non-existant domain");
        }
        machines.remove(machine.number());
        ended++;
        notifyAll();
        return done("");
    }

    private Finished again(Machine machine) {
        remove(machine);
        return create(machine.config());
    }

    private static Finished done(String output) {
        return new Finished(0, output, "");
    }

    private static Finished when(boolean succeeded, String why) {
        return succeeded ? done("") : failed(why);
    }

    private static Finished failed(String why) {
        return new Finished(1, "", why);
    }

    @Override
    public String name() {
        return "xen1";
    }

    @Override
    public long spawn(List<String> command, Path log) throws IOException {
        throw new IOException("nothing is spawned here: " + command);
    }

    private String content(Path file) throws IOException {
        String content = files.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        return content;
    }

    @Override
    public synchronized byte[] read(Path file, int limit) throws IOException {
        return content(file).getBytes(UTF_8);
    }

    @Override
    public synchronized void write(Path file, byte[] content) {
        put(file, new String(content, UTF_8));
    }

    @Override
    public synchronized List<String> list(Path path) {
        int depth = path.getNameCount();
        return under(path).filter(file -> file.getNameCount() > depth).map(file -> file.getName(depth).toString()).distinct().toList();
    }

    private Stream<Path> under(Path path) {
        return List.copyOf(files.keySet()).stream().filter(file -> file.startsWith(path));
    }

    /** A directory is there as long as something is in it; so each has something. */
    @Override
    public synchronized void makeDirectory(Path directory) {
        put(directory.resolve("."), "");
    }

    @Override
    public synchronized void delete(Path path) {
        under(path).forEach(files::remove);
    }

    @Override
    public ByteChannel connect(Path socket) throws IOException {
        throw new IOException("nothing listens at " + socket);
    }

    @Override
    public Path directory() {
        return Path.of("/var/lib/kumiki");
    }
}
