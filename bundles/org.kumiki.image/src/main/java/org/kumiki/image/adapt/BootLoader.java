package org.kumiki.image.adapt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What boot loaders tell kernels: by GRUB's own file, by SYSLINUX', by entries of the Boot Loader Specification, and by what GRUB's file is made
 * of when a kernel is installed. Pure functions.
 */
final class BootLoader {

    /** The console that a hypervisor shows. The last one is that of the system's own messages. */
    private static final List<String> CONSOLES = List.of("console=tty0", "console=ttyS0,115200");
    private static final String UNCHECKED = "no_timer_check";
    private static final Pattern GRUB = Pattern.compile("(\\s*(?:linux|linux16|linuxefi|kernel)\\s+\\S+)(\\s.*)?");
    private static final Pattern APPEND = Pattern.compile("(?i)(\\s*append)(\\s.*)?");
    private static final Pattern OPTIONS = Pattern.compile("(options)(\\s.*)?");
    private static final Pattern DEFAULT = Pattern.compile("(GRUB_CMDLINE_LINUX=)(['\"]?)(.*?)\\2\\s*");

    /** Whose file it is. */
    enum Kind {
        GRUB_CFG(GRUB), SYSLINUX(APPEND), ENTRY(OPTIONS), GRUB_DEFAULT(DEFAULT);

        private final Pattern line;

        Kind(Pattern line) {
            this.line = line;
        }
    }

    private BootLoader() {
    }

    /** The device that a kernel is told its root is on, if it is told any. */
    static Optional<String> root(String text, Kind kind) {
        return text.lines().map(kind.line::matcher).filter(Matcher::matches).map(line -> line.group(line.groupCount())).filter(arguments -> arguments != null)
                .flatMap(arguments -> Arrays.stream(arguments.strip().split("\\s+"))).filter(word -> word.startsWith("root=")).map(word -> word.substring(5))
                .findFirst();
    }

    static Fstab.Changed change(String text, Kind kind, Devices devices) {
        Set<String> changes = new LinkedHashSet<>();
        String changed = text.lines().map(line -> {
            Matcher matcher = kind.line.matcher(line);
            if (!matcher.matches()) {
                return line;
            }
            if (kind == Kind.GRUB_DEFAULT) {
                return matcher.group(1) + '"' + arguments(matcher.group(3), devices, changes) + '"';
            }
            String arguments = matcher.group(2) == null ? "" : matcher.group(2);
            return matcher.group(1) + " " + arguments(arguments, devices, changes);
        }).collect(Collectors.joining("\n", "", "\n"));
        return new Fstab.Changed(changed, List.copyOf(changes));
    }

    private static String arguments(String arguments, Devices devices, Set<String> changes) {
        List<String> words = new ArrayList<>();
        for (String word : arguments.strip().split("\\s+")) {
            if (word.startsWith("root=") || word.startsWith("resume=")) {
                String name = word.substring(word.indexOf('=') + 1);
                String stable = devices.part(name).map(part -> devices.stableName(part, name)).orElse(name);
                if (!stable.equals(name)) {
                    changes.add(word + " is " + stable);
                }
                words.add(word.substring(0, word.indexOf('=') + 1) + stable);
            } else if (!word.isEmpty()) {
                words.add(word);
            }
        }
        if (words.stream().noneMatch(word -> word.startsWith("console=ttyS0"))) {
            changes.add("the kernel writes to ttyS0, which the hypervisor shows, as well");
            CONSOLES.stream().filter(console -> !words.contains(console)).forEach(words::add);
        }
        if (!words.contains(UNCHECKED)) {
            changes.add("the kernel does not give up when a clock of a busy host is late");
            words.add(UNCHECKED);
        }
        return String.join(" ", words);
    }
}
