package org.kumiki.hypervisor.xen;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A domain as {@code xl list} shows it. Its JSON is not used here: it says how domains are configured, but neither whether they run nor how much
 * processor time they have had, and it is as long as all their configurations.
 *
 * @param ended whether its guest has shut down, crashed or is about to be gone
 */
record Domain(String name, int number, long memoryMiB, boolean ended, Duration cpuTime) {

    /** A name may hold blanks, so a line is read from its end. */
    private static final Pattern LINE = Pattern.compile(
            "(.+?)\\s+(\\d{1,5})\\s+(\\d{1,9})\\s+\\d{1,5}\\s+([r-][b-][p-][s-][c-][d-])\\s+(\\d{1,12})\\.(\\d)");

    /** Reads what {@code xl list} answers; what is no domain is left out, such as the head of the table. */
    static List<Domain> list(String output) {
        List<Domain> domains = new ArrayList<>();
        for (String line : output.lines().toList()) {
            Matcher columns = LINE.matcher(line.strip());
            if (columns.matches()) {
                domains.add(new Domain(columns.group(1), Integer.parseInt(columns.group(2)), Long.parseLong(columns.group(3)),
                        columns.group(4).substring(3).matches(".*[scd].*"),
                        Duration.ofMillis(Long.parseLong(columns.group(5)) * 1000 + Long.parseLong(columns.group(6)) * 100)));
            }
        }
        return domains;
    }

    /** The domain of this name. While one ends and is made again for a restart there may be two, of which the one that runs counts. */
    static Optional<Domain> named(String name, List<Domain> domains) {
        List<Domain> these = domains.stream().filter(domain -> domain.name().equals(name)).toList();
        return these.stream().filter(domain -> !domain.ended()).findFirst().or(() -> these.stream().findFirst());
    }
}
