package org.kumiki.image.p2v;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.image.p2v.Takeover.Wish;
import org.kumiki.image.p2v.Takeovers.Going;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator does with machines that are taken over. */
@GogoCommand(scope = "kumiki", function = "p2v")
@Component(service = TakeoverCommands.class)
public class TakeoverCommands {

    private static final long PAUSE_MILLIS = 500;

    private final Takeovers takeovers;

    @Activate
    public TakeoverCommands(@Reference Takeovers takeovers) {
        this.takeovers = takeovers;
    }

    @Descriptor("makes an image of a machine that runs: start NAME HOST DEVICE begins, resume NAME goes on after a failure, cancel NAME gives it up;"
            + " NAME alone tells what was done, and no word lists all")
    public String p2v(CommandSession session,
            @Descriptor("only say what would be done") @Parameter(names = "--dry-run", presentValue = "true", absentValue = "false") boolean dryRun,
            @Descriptor("change nothing in the copy, so that it may not boot") @Parameter(names = "--as-is", presentValue = "true",
                    absentValue = "false") boolean asIs,
            @Descriptor("make no snapshot, though the disk is a volume of LVM") @Parameter(names = "--no-snapshot", presentValue = "true",
                    absentValue = "false") boolean noSnapshot,
            @Descriptor("let no file system stand still; the copy is not what was there at one moment then") @Parameter(names = "--no-freeze",
                    presentValue = "true", absentValue = "false") boolean noFreeze,
            @Descriptor("for how many seconds file systems may stand still") @Parameter(names = "--pause", absentValue = "60") int pause,
            @Descriptor("until it is done, and say meanwhile how far it is") @Parameter(names = "--wait", presentValue = "true",
                    absentValue = "false") boolean wait,
            @Descriptor("what to do, and with what; e.g. start web-1 lab-1 /dev/sda") String... words) throws IOException {
        if (words.length == 0) {
            return table(takeovers.list());
        }
        if (words.length == 1) {
            return told(find(words[0]));
        }
        String name = words[1];
        if (words[0].equals("start") && words.length == 4) {
            Wish wish = new Wish(words[3], !noSnapshot, !noFreeze, Duration.ofSeconds(pause));
            if (dryRun) {
                return String.join("\n", takeovers.foresee(words[2], wish));
            }
            takeovers.start(name, words[2], wish, asIs);
        } else if (words[0].equals("resume") && words.length == 2) {
            takeovers.resume(name);
        } else if (words[0].equals("cancel") && words.length == 2) {
            takeovers.cancel(name);
            return name + " is given up; nothing of it stays";
        } else {
            throw new IllegalArgumentException("p2v start NAME HOST DEVICE, p2v resume NAME, p2v cancel NAME, p2v NAME, or p2v alone");
        }
        return wait ? follow(session.getConsole(), name) : name + " is under way; p2v " + name + " tells how far it is";
    }

    private String follow(PrintStream out, String name) throws IOException {
        String said = "";
        for (Going going = find(name);; going = find(name)) {
            if (!going.running()) {
                if (!going.done()) {
                    throw new IOException(going.reason().orElse("it was interrupted") + "; p2v resume " + name + " goes on with it");
                }
                return told(going);
            }
            if (!going.progress().equals(said)) {
                said = going.progress();
                out.println(said);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("not waited for any more; it goes on", e);
            }
        }
    }

    private Going find(String name) throws IOException {
        return takeovers.list().stream().filter(going -> going.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no machine is taken over as \"" + name.replaceAll("\\p{C}", "?") + "\"; p2v alone lists them"));
    }

    private static String state(Going going) {
        return going.running() ? "under way" : going.done() ? "done" : "interrupted";
    }

    private static String table(List<Going> all) {
        List<String> lines = new ArrayList<>();
        lines.add("%-20s %-16s %-16s %-12s %s".formatted("NAME", "HOST", "DEVICE", "STATE", "PROGRESS"));
        all.forEach(going -> lines.add("%-20s %-16s %-16s %-12s %s".formatted(going.name(), going.host(), going.device(), state(going),
                going.running() ? going.progress() : going.reason().or(going::image).orElse(""))));
        return String.join("\n", lines);
    }

    private static String told(Going going) {
        List<String> lines = new ArrayList<>(List.of(going.name() + ": " + going.device() + " of " + going.host() + ", " + state(going)
                + (going.running() ? ": " + going.progress() : "") + going.image().map(image -> ", image " + image).orElse("")));
        going.reason().ifPresent(reason -> lines.add("it stopped: " + reason + "; p2v resume " + going.name() + " goes on with it"));
        going.record().forEach(line -> lines.add("  " + line));
        return String.join("\n", lines);
    }
}
