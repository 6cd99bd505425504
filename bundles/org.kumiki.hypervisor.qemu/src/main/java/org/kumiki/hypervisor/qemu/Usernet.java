package org.kumiki.hypervisor.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.network.NetworkLink.Forward;

/** Reads what QEMU's monitor says of its user network. */
final class Usernet {

    /** {@code TCP[HOST_FORWARD]  12  127.80.16.0  22  169.254.0.15  22  0  0} */
    private static final Pattern FORWARD = Pattern.compile(
            "^\\s*(TCP|UDP)\\[HOST_FORWARD\\]\\s+\\d+\\s+([0-9.]+)\\s+(\\d{1,5})\\s+[0-9.]+\\s+(\\d{1,5})\\s", Pattern.MULTILINE);

    private Usernet() {
    }

    /** The forwards in the answer to {@code info usernet}. */
    static List<Forward> forwards(String answer) {
        List<Forward> forwards = new ArrayList<>();
        Matcher line = FORWARD.matcher(answer);
        while (line.find()) {
            forwards.add(new Forward(line.group(1).toLowerCase(Locale.ROOT), line.group(2), Integer.parseInt(line.group(3)),
                    Integer.parseInt(line.group(4))));
        }
        return forwards;
    }
}
