package org.kumiki.launcher;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The other end of the shell's socket: {@code Shell SOCKET [WORD…]}. With words they are one command, without the terminal
 * is joined to a session. The server's answer ends with a NUL and the command's status, which becomes this program's.
 */
public final class Shell {

    private static final int UNREACHABLE = 69; // EX_UNAVAILABLE of sysexits.h

    private Shell() {
    }

    public static void main(String[] arguments) {
        Path socket = Path.of(arguments[0]);
        String command = String.join(" ", Arrays.asList(arguments).subList(1, arguments.length));
        System.exit(session(socket, command, System.in, System.out));
    }

    static int session(Path socket, String command, InputStream keyboard, OutputStream screen) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            OutputStream out = Channels.newOutputStream(channel);
            out.write((command.replace('\n', ';') + "\n").getBytes(StandardCharsets.UTF_8));
            if (command.isEmpty()) {
                forward(keyboard, channel);
            }
            return show(new BufferedInputStream(Channels.newInputStream(channel)), screen);
        } catch (IOException e) {
            System.err.println("kumiki: no shell at " + socket + " (" + e.getMessage() + "); is the platform running?");
            return UNREACHABLE;
        }
    }

    private static void forward(InputStream keyboard, SocketChannel channel) {
        Thread typing = new Thread(() -> {
            try {
                byte[] typed = new byte[1024];
                for (int length = keyboard.read(typed); length >= 0; length = keyboard.read(typed)) {
                    // Not through a stream: those of Channels share one lock in Java 17, and show() holds it while it waits.
                    for (ByteBuffer bytes = ByteBuffer.wrap(typed, 0, length); bytes.hasRemaining();) {
                        channel.write(bytes);
                    }
                }
                channel.shutdownOutput();
            } catch (IOException e) {
                // The server ended the session while somebody was typing; show() sees the end and returns.
            }
        }, "keyboard");
        typing.setDaemon(true);
        typing.start();
    }

    private static int show(InputStream answer, OutputStream screen) throws IOException {
        int c = answer.read();
        while (c > 0) {
            screen.write(c);
            if (answer.available() == 0) {
                screen.flush();
            }
            c = answer.read();
        }
        screen.flush();
        if (c < 0) {
            throw new IOException("the platform went away");
        }
        String status = new String(answer.readAllBytes(), StandardCharsets.US_ASCII).strip();
        return status.matches("[0-9]{1,3}") ? Integer.parseInt(status) : 1;
    }
}
