package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.List;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

/** What guests write. */
final class ConsoleChecks {

    private static final int LONGEST = 64 << 10;

    private ConsoleChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.with(Feature.CONSOLE_OUTPUT, "shows a guest's own console and nobody else's", ConsoleChecks::own),
                Check.with(Feature.CONSOLE_OUTPUT, "shows the console of a guest right after its start, and of a stopped one", ConsoleChecks::stopped),
                Check.with(Feature.CONSOLE_OUTPUT, "shows no console of a guest that was destroyed or never was", ConsoleChecks::gone),
                Check.with(Feature.CONSOLE_OUTPUT, "shows nothing of what was on the console before a guest was destroyed and started anew",
                        ConsoleChecks::anew),
                Check.without(Feature.CONSOLE_OUTPUT, "refuses to show a console, and lets the guest run", ConsoleChecks::refused));
    }

    private static void own(Trial trial) throws Exception {
        InstanceId one = trial.newGuest();
        InstanceId other = trial.newGuest();
        String signature = trial.bed().signature(one);
        trial.start(one);
        trial.start(other);
        trial.bed().awaitReady(one);
        trial.bed().awaitReady(other);
        ConsoleOutput console = readable(trial, one);
        expect(console.text().contains(signature), "the console of a guest does not hold \"" + signature + "\"");
        expect(!console.text().contains(trial.bed().signature(other)), "the console of a guest holds what another guest says");
        expect(readable(trial, other).text().contains(trial.bed().signature(other)), "the console of a second guest is not its own");
    }

    private static void stopped(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        readable(trial, guest);
        trial.bed().awaitReady(guest);
        String before = readable(trial, guest).text();
        trial.stop(guest, true);
        String after = readable(trial, guest).text();
        expect(before.isBlank() || !after.isBlank(), "what a guest has written is lost when it stops");
    }

    private static void gone(Trial trial) throws Exception {
        trial.expectRefusal("console() of a guest that never was", trial.tryConsole(trial.host(), trial.newGuest()), Reason.NOT_FOUND);
        InstanceId guest = trial.running();
        trial.destroy(guest);
        trial.expectRefusal("console() of a guest that was destroyed", trial.tryConsole(trial.host(), guest), Reason.NOT_FOUND);
    }

    private static void anew(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.bed().awaitReady(guest);
        String signature = trial.bed().signature(guest);
        int once = occurrences(readable(trial, guest).text(), signature);
        trial.destroy(guest);
        trial.start(guest);
        trial.bed().awaitReady(guest);
        expect(occurrences(readable(trial, guest).text(), signature) <= once, "the console of a guest outlives it");
    }

    private static int occurrences(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static void refused(Trial trial) throws Exception {
        InstanceId guest = trial.running();
        trial.expectRefusal("console()", trial.tryConsole(trial.host(), guest), Reason.UNSUPPORTED);
        trial.expectRunning(guest, "after its console was asked for");
    }

    private static ConsoleOutput readable(Trial trial, InstanceId guest) throws Exception {
        ConsoleOutput console = trial.console(guest);
        expect(console != null && console.text() != null && console.at() != null, "console() answers something incomplete: " + console);
        expect(guest.equals(console.instance()), "console() of " + guest + " says it is that of " + console.instance());
        expect(console.text().length() <= LONGEST, "a console has " + console.text().length() + " characters, and not at most " + LONGEST);
        return console;
    }
}
