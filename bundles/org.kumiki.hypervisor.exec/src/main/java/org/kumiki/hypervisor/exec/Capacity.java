package org.kumiki.hypervisor.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.model.Resources;
import org.kumiki.api.node.Node;

/** How much guests may take: what an operator says, and where he does not, what the node's kernel says. */
final class Capacity {

    private static final Pattern PROCESSOR = Pattern.compile("^processor\\s*:", Pattern.MULTILINE);
    private static final Pattern MEMORY = Pattern.compile("^MemTotal:\\s*(\\d{1,15}) kB$", Pattern.MULTILINE);
    private static final Pattern LAST_NUMBER = Pattern.compile("(\\d{1,15})\\s*$");
    private static final Duration TO_ANSWER = Duration.ofSeconds(10);
    private static final int LONGEST = 4 << 20;

    private Capacity() {
    }

    static Resources of(Node node, Resources wished) throws IOException {
        return new Resources(wished.cpus() > 0 ? wished.cpus() : (int) PROCESSOR.matcher(text(node, "/proc/cpuinfo")).results().count(),
                wished.memoryMiB() > 0 ? wished.memoryMiB() : number(MEMORY, text(node, "/proc/meminfo")) / 1024 * 4 / 5,
                wished.diskMiB() > 0 ? wished.diskMiB() : disk(node), wished.networkMbps());
    }

    private static long disk(Node node) throws IOException {
        return number(LAST_NUMBER, node.run(List.of("df", "--block-size=1M", "--output=size", node.directory().toString()), TO_ANSWER).output());
    }

    private static String text(Node node, String file) throws IOException {
        return new String(node.read(Path.of(file), LONGEST), UTF_8);
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
