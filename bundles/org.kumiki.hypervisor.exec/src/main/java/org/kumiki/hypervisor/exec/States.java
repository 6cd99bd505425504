package org.kumiki.hypervisor.exec;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.node.Node;
import org.kumiki.hypervisor.exec.Dialect.Power;

/** What scripts of OpenNebula's drivers say. They may say anything: what is not understood is not known. */
final class States {

    private static final Pattern HANDLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
    private static final Pattern QUOTED = Pattern.compile("^'([^']*)'$");
    private static final Pattern POLLED = Pattern.compile("(?:^|\\s)STATE=\"?([A-Za-z-]{1,16})\"?(?:\\s|$)");
    private static final Pattern PROBED = Pattern.compile("VM\\s*=\\s*\\[([^\\]]{0,4096})\\]");
    private static final Pattern ID = Pattern.compile("(?:^|[\\s,])ID=\"?(\\d{1,18})\"?");
    private static final Pattern STATE = Pattern.compile("(?:^|[\\s,])STATE=\"([A-Za-z_-]{1,32})\"");
    private static final Pattern MARKED = Pattern.compile("ERROR MESSAGE --8<-+\\s*(.*?)\\s*ERROR MESSAGE -+>8--", Pattern.DOTALL);
    private static final Pattern CHATTER = Pattern.compile("(INFO|DEBUG|WARNING): .*");

    private States() {
    }

    /** By which name a driver knows the guest that it has deployed: the last line that it wrote. Some quote it for a shell, which is not asked here. */
    static Optional<String> handle(String output) {
        List<String> lines = output.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return lines.isEmpty() ? Optional.empty() : Optional.of(QUOTED.matcher(lines.get(lines.size() - 1)).replaceFirst("$1")).filter(line -> HANDLE.matcher(line).matches());
    }

    /** The answer of a {@code poll}: attributes of one guest. */
    static Power polled(String output) {
        Matcher matcher = POLLED.matcher(output);
        return matcher.find() ? power(matcher.group(1)) : Power.UNKNOWN;
    }

    /** The answer of a probe: all guests of the host. One that is not among them is off. */
    static Power probed(String output, long number) {
        Matcher guests = PROBED.matcher(output);
        while (guests.find()) {
            Matcher id = ID.matcher(guests.group(1));
            Matcher state = STATE.matcher(guests.group(1));
            if (id.find() && Long.parseLong(id.group(1)) == number) {
                return state.find() ? power(state.group(1)) : Power.UNKNOWN;
            }
        }
        return Power.OFF;
    }

    /** A machine that is suspended is on. */
    private static Power power(String state) {
        return switch (state) {
            case "a", "p", "RUNNING", "SUSPENDED" -> Power.ON;
            case "d", "e", "POWEROFF", "FAILURE" -> Power.OFF;
            default -> Power.UNKNOWN;
        };
    }

    /** Why a script has failed, by its own words: those that it has marked, or else all that is no mere chatter. */
    static String complaint(Node.Finished answer) {
        Matcher marked = MARKED.matcher(answer.errors());
        if (marked.find()) {
            return Words.of(marked.group(1));
        }
        List<String> lines = answer.errors().lines().filter(line -> !line.isBlank() && !CHATTER.matcher(line).matches()).toList();
        return lines.isEmpty() ? "exit code " + answer.exitCode() : Words.of(String.join("; ", lines));
    }
}
