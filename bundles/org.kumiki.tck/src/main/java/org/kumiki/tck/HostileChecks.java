package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.InstanceId;

/** A guest's name comes from a client: it may be anything, and must do nothing. */
final class HostileChecks {

    /** Part of each name, by which it is found where it should not be. */
    private static final String MARK = "kumikitck";

    private HostileChecks() {
    }

    static List<Check> all() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("commas", MARK + ",file=/etc/passwd,id=x");
        names.put("quotes", "'\"`" + MARK + "'\"`;\\");
        names.put("a line break", MARK + "\n-drive file=/etc/passwd\r\n[section]\nkey = value");
        names.put("leading dashes", "--" + MARK + "=/etc/passwd");
        names.put("a NUL", MARK + "\0/etc/passwd");
        names.put("100,000 characters", MARK + "x".repeat(100_000));
        names.put("all of Unicode", MARK + "組木 \u202e\u0000\ufffe \ud83d\ude00 \ud83d e\u0301");
        names.put("what a shell runs", "$(" + MARK + ") && reboot; %s%n{{" + MARK + "}}");
        names.put("a path", "../../../../" + MARK + "/etc/passwd");
        names.put("nothing", "");
        List<Check> checks = names.entrySet().stream()
                .map(name -> Check.of("runs a guest whose name has " + name.getKey() + " in it, and lets the name do nothing",
                        trial -> named(trial, name.getValue())))
                .toList();
        return Stream.concat(checks.stream(),
                Stream.of(Check.of("tells guests apart that have the same name", HostileChecks::sameName))).toList();
    }

    private static void named(Trial trial, String name) throws Exception {
        InstanceId guest = trial.newGuest();
        trial.start(trial.host(), trial.bed().guest(guest, name));
        trial.expectRunning(guest, "after it was started under that name");
        expect(trial.traces(guest).stream().noneMatch(trace -> trace.contains(MARK)), "its name is where it should not be: " + trial.traces(guest));
        trial.stop(guest, true);
        trial.expectState(guest, GuestState.STOPPED, "after it was stopped");
        trial.destroy(guest);
        trial.expectGone(guest, "after it was destroyed");
    }

    private static void sameName(Trial trial) throws Exception {
        InstanceId one = trial.newGuest();
        InstanceId other = trial.newGuest();
        trial.start(trial.host(), trial.bed().guest(one, other.value()));
        trial.start(trial.host(), trial.bed().guest(other, other.value()));
        trial.expectRunning(one, "under the name of another guest");
        trial.destroy(one);
        trial.expectRunning(other, "after one with the same name was destroyed");
    }
}
