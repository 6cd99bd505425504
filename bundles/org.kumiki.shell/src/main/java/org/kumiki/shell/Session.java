package org.kumiki.shell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/** One conversation with the shell: lines in, results out. What goes wrong is one line, and never ends the conversation. */
final class Session {

    private static final int LONGEST_LINE = 1 << 20;
    private static final Pattern MISFIT = Pattern.compile("Cannot coerce (\\w+)\\(");

    private final CommandSession gogo;
    private final InputStream in;
    private final PrintStream out;

    Session(CommandProcessor processor, InputStream in, PrintStream out) {
        this.in = in;
        this.out = out;
        gogo = processor.createSession(in, out, out);
        gogo.put("SCOPE", "kumiki:*"); // ours first, whoever else has a start and a stop
        gogo.put(CommandSession.OPTION_NO_GLOB, true); // the files of the platform's machine are no arguments of anybody's
    }

    /** Runs one line and answers the exit status. */
    int run(String line) {
        try {
            Object result = gogo.execute(line);
            if (result instanceof Boolean found) { // of grep, say: a status, as in any other shell
                return found ? 0 : 1;
            }
            if (result != null) {
                out.println(gogo.format(result, Converter.INSPECT));
            }
            return 0;
        } catch (CommandNotFoundException e) {
            out.println("there is no command " + Text.line(e.getCommand()) + "; help shows those that are there");
        } catch (CommandFailedException e) {
            out.println(e.getMessage());
        } catch (Exception | LinkageError e) {
            out.println(explain(e));
        }
        return 1;
    }

    /** Reads and runs lines until there are no more, and answers the exit status of the last. */
    int converse() throws IOException {
        int status = 0;
        out.print("Kumiki's shell: help lists the commands, exit leaves.\n");
        for (String line = ask(); line != null && !isFarewell(line); line = ask()) {
            if (!line.isBlank()) {
                status = run(line);
            }
        }
        return status;
    }

    void close() {
        gogo.close();
    }

    private String ask() throws IOException {
        out.print("kumiki> ");
        out.flush();
        return readLine(in);
    }

    private static boolean isFarewell(String line) {
        return switch (line.strip()) {
            case "exit", "quit", "logout" -> true;
            default -> false;
        };
    }

    private static String explain(Throwable failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage().lines().findFirst().orElse("");
        Matcher misfit = MISFIT.matcher(message);
        if (misfit.lookingAt()) {
            return misfit.group(1) + " takes other arguments; help " + misfit.group(1) + " shows which";
        }
        return failure.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + Text.line(message));
    }

    /** A line without its end, byte by byte so that the rest is left for commands that read; null at the end of input. */
    static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
            }
            if (line.size() >= LONGEST_LINE) {
                throw new IOException("a line is longer than " + LONGEST_LINE + " bytes");
            }
            line.write(c);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
