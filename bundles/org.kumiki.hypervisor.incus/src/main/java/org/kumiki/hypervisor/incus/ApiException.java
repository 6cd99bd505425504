package org.kumiki.hypervisor.incus;

import java.util.Locale;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;

/** What a server has answered that it did not do; as a {@link HypervisorException} for whoever asked. */
final class ApiException extends HypervisorException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final int code;

    /**
     * @param code    as of HTTP
     * @param message the server's, and hostile
     */
    ApiException(String server, int code, String message) {
        super(reason(message), sentence(server, code, message));
        this.code = code;
    }

    boolean isNotFound() {
        return code == NOT_FOUND;
    }

    /** Servers have sentences and no codes for what lacks; anything else may pass. */
    private static Reason reason(String message) {
        String said = message.toLowerCase(Locale.ROOT);
        boolean isFull = said.contains("no space left") || said.contains("quota exceeded") || said.contains("reached maximum")
                || said.contains("not enough") || said.contains("cannot allocate memory");
        return isFull ? Reason.EXHAUSTED : Reason.UNAVAILABLE;
    }

    private static String sentence(String server, int code, String message) {
        if (code == FORBIDDEN) {
            return server + " does not know this certificate, or it may not do that: add it to the server by `lxc config trust add`, or `incus config"
                    + " trust add-certificate`";
        }
        String plain = message.replaceAll("\\p{Cc}+", " ").strip();
        return server + " says: " + (plain.length() > LONGEST ? plain.substring(0, LONGEST) + "..." : plain);
    }
}
