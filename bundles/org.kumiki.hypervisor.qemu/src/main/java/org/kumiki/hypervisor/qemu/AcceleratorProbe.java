package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.node.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether hardware acceleration works, by letting a guest's kernel run on it for a moment. That {@code /dev/kvm} is there, and
 * even that it runs a little code, proves nothing: there are machines on which it does and every kernel hangs.
 */
final class AcceleratorProbe {

    private static final Logger LOG = LoggerFactory.getLogger(AcceleratorProbe.class);
    /** A kernel on working hardware needs less than a second; on a machine under load it may need a few. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Path DEVICES = Path.of("/dev");

    /** What was found, and how, in words for people. */
    record Verdict(Accelerator accelerator, String note) {
    }

    private final Node node;
    private final String program;
    private final Path directory;
    private final String key;
    private final Path devices;

    /** @param key of the circumstances under which a verdict stays true */
    AcceleratorProbe(Node node, String program, Path directory, String key) {
        this(node, program, directory, key, DEVICES);
    }

    AcceleratorProbe(Node node, String program, Path directory, String key, Path devices) {
        this.node = node;
        this.program = program;
        this.directory = directory;
        this.key = key;
        this.devices = devices;
    }

    /** What is known without trying. */
    Optional<Verdict> known() throws IOException {
        if (!node.list(devices).contains("kvm")) {
            return Optional.of(new Verdict(Accelerator.TCG, "there is no /dev/kvm"));
        }
        if (!node.list(directory).contains(memory().getFileName().toString())) {
            return Optional.empty();
        }
        String[] lines = new String(node.read(memory(), 64 << 10), UTF_8).split("\n", 3);
        return lines.length == 3 && lines[0].equals(key) && (lines[1].equals("KVM") || lines[1].equals("TCG"))
                ? Optional.of(new Verdict(Accelerator.valueOf(lines[1]), lines[2].strip()))
                : Optional.empty();
    }

    /** Tries, unless it is known, and remembers. Of several guests that are the first at the same time, one tries and the others wait for what it finds. */
    synchronized Verdict find(Path kernel) throws IOException {
        Optional<Verdict> known = known();
        if (known.isPresent()) {
            return known.get();
        }
        Verdict verdict = attempt(kernel);
        LOG.info("{}: guests run by {} ({})", node.name(), verdict.accelerator(), verdict.note());
        node.write(memory(), (key + "\n" + verdict.accelerator() + "\n" + verdict.note() + "\n").getBytes(UTF_8));
        return verdict;
    }

    private Verdict attempt(Path kernel) throws IOException {
        Path image = directory.resolve("probe.cpio");
        node.write(image, ProbeImage.bytes());
        try {
            Node.Finished finished = node.run(command(program, Accelerator.KVM, kernel, image), PATIENCE);
            return finished.output().contains(ProbeImage.PROOF) ? new Verdict(Accelerator.KVM, "a guest was run on /dev/kvm")
                    : new Verdict(Accelerator.TCG, "/dev/kvm is there, but QEMU failed on it: " + firstLine(finished.errors()));
        } catch (IOException e) {
            return new Verdict(Accelerator.TCG, "/dev/kvm is there, but a guest on it did not get as far as user space: " + firstLine(e.getMessage()));
        } finally {
            node.delete(image);
        }
    }

    static List<String> command(String program, Accelerator accelerator, Path kernel, Path image) {
        return List.of(program, "-nodefaults", "-no-user-config", "-machine", "q35", "-accel", accelerator.option(), "-cpu",
                accelerator.cpu(), "-m", "256M", "-display", "none", "-no-reboot", "-chardev", "stdio,id=console,signal=off", "-serial",
                "chardev:console", "-kernel", kernel.toString(), "-initrd", image.toString(), "-append", "console=ttyS0 quiet panic=-1");
    }

    private Path memory() {
        return directory.resolve("accelerator");
    }

    private static String firstLine(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("without a word");
    }
}
