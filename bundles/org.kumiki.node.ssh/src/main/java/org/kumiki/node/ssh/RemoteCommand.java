package org.kumiki.node.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one string that SSH hands to a user's shell on the other side. It starts one of a few scripts of our own; whatever a caller says
 * is an argument of that script, in single quotes, between which no shell of POSIX sees anything.
 */
record RemoteCommand(String line) {

    /** The kernel takes no longer argument, and all of the line is one. */
    private static final int LONGEST_LINE = (128 << 10) - 1;

    /** Nothing of the session's own environment reaches a program. */
    private static final String CLEAN = "env -i PATH=\"${PATH:-/usr/sbin:/usr/bin:/sbin:/bin}\" LC_ALL=C.UTF-8";

    /**
     * The program leads a session and so a group of processes, all of which are killed as soon as our side of the channel is gone,
     * whatever the reason; and after its time, should the network leave everybody in the dark.
     */
    private static final String RUN = """
            exec 3<&0
            seconds=$1; shift
            setsid timeout -s KILL "$seconds" %s "$@" </dev/null 3<&- &
            program=$!
            { read -r nothing <&3; kill -s KILL -- "-$program"; } </dev/null >/dev/null 2>&1 &
            watch=$!
            wait "$program"; status=$?
            kill -s KILL "$watch"
            exit "$status"
            """.formatted(CLEAN);

    private static final String SPAWN = """
            umask 077
            log=$1; shift
            rm -f -- "$log" || exit
            set -C; : >"$log" || exit; set +C
            setsid %s "$@" </dev/null >>"$log" 2>&1 &
            echo $!
            """.formatted(CLEAN);

    /** Takes the content from its input, all of it or it is as if nothing had happened. */
    private static final String WRITE = """
            umask 077
            file=$1; length=$2; new=$1.new
            rm -f -- "$new" || exit
            set -C; cat >"$new" || exit; set +C
            [ "$(stat -c %s -- "$new")" = "$length" ] || { echo "cut short" >&2; exit 1; }
            sync -- "$new" && mv -fT -- "$new" "$file" && sync -- "$(dirname -- "$file")"
            """;

    private static final String MAKE_DIRECTORY = "umask 077; mkdir -p -- \"$1\"";
    private static final String DELETE = "rm -rf -- \"$1\"";

    static RemoteCommand run(List<String> command, Duration deadline) throws IOException {
        return of(RUN, Long.toString(deadline.toSeconds() + 1), program(command));
    }

    static RemoteCommand spawn(List<String> command, String log) throws IOException {
        return of(SPAWN, log, program(command));
    }

    static RemoteCommand write(String file, int length) throws IOException {
        return of(WRITE, file, List.of(Integer.toString(length)));
    }

    static RemoteCommand makeDirectory(String directory) throws IOException {
        return of(MAKE_DIRECTORY, directory, List.of());
    }

    static RemoteCommand delete(String path) throws IOException {
        return of(DELETE, path, List.of());
    }

    /** What {@code env} would take for a variable or an option is no program. */
    private static List<String> program(List<String> command) throws IOException {
        String program = command.get(0);
        if (program.isEmpty() || program.startsWith("-") || program.contains("=")) {
            throw new IOException("there is no program " + program);
        }
        return command;
    }

    private static RemoteCommand of(String script, String first, List<String> others) throws IOException {
        List<String> words = new ArrayList<>(List.of("exec", "sh", "-c", quote(script), "kumiki", quote(first)));
        for (String word : others) {
            words.add(quote(word));
        }
        String line = words.stream().collect(Collectors.joining(" "));
        if (line.getBytes(UTF_8).length > LONGEST_LINE) {
            throw new IOException("a command of more than " + LONGEST_LINE + " bytes");
        }
        return new RemoteCommand(line);
    }

    static String quote(String word) throws IOException {
        if (word.indexOf('\0') >= 0) {
            throw new IOException("an argument that contains a zero byte");
        }
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
