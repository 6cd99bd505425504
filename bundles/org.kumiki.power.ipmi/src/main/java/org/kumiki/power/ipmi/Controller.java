package org.kumiki.power.ipmi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

import org.kumiki.api.power.PowerException;
import org.kumiki.api.power.PowerException.Reason;

/**
 * A management controller, and how it is spoken to.
 *
 * @param passwordFile for our owner alone; the password itself reaches no command line
 * @param cipherSuite  of IPMI 2.0; empty to ask the controller for its best
 */
record Controller(String address, int port, String user, Path passwordFile, OptionalInt cipherSuite) {

    private static final Set<PosixFilePermission> OWNER = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    Controller {
        if (address.isBlank() || address.startsWith("-") || user.startsWith("-") || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a controller needs an address, a user, and a port from 1 to 65535: " + address + ", " + user
                    + ", " + port);
        }
        if (!passwordFile.isAbsolute()) {
            throw new IllegalArgumentException("the path of a password file is absolute: " + passwordFile);
        }
    }

    /** The arguments for one command: a second between tries, of which there are four, so that it says by itself that nobody answers. */
    List<String> command(String program, String... words) {
        try {
            if (!OWNER.containsAll(Files.getPosixFilePermissions(passwordFile))) {
                throw new PowerException(Reason.REFUSED, "the password may be read by others: chmod 600 " + passwordFile);
            }
        } catch (IOException e) {
            throw new PowerException(Reason.REFUSED, "the password file cannot be read: " + e, e);
        }
        List<String> command = new ArrayList<>(List.of(program, "-I", "lanplus", "-N", "1", "-R", "4", "-H", address, "-p",
                Integer.toString(port), "-U", user, "-f", passwordFile.toString()));
        cipherSuite.ifPresent(suite -> command.addAll(List.of("-C", Integer.toString(suite))));
        command.addAll(List.of(words));
        return command;
    }
}
