package org.kumiki.hypervisor.incus;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

import org.kumiki.api.model.HostId;

/**
 * What an operator has chosen, checked.
 *
 * @param network     the managed bridge of guests; empty if there is none
 * @param betweenLooks how often it is looked whether guests still run
 * @param keepImages   how long an image stays that no guest uses
 */
record Settings(String name, Endpoint endpoint, String project, String pool, Optional<String> network, String host, boolean rootOnServer,
        double cpuOvercommit, double memoryShare, int processes, Duration toAct, Duration toAsk, Duration patience, Duration betweenLooks,
        Duration keepImages) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");
    /** Goes into paths of the API. */
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final String OF_MEMBER = "{member}";

    Settings {
        check(NAME.matcher(name).matches(), "a configuration's name is of lower-case letters, digits and hyphens: " + name);
        check(WORD.matcher(project).matches(), "a project's name is a word: " + project);
        check(WORD.matcher(pool).matches(), "a storage pool's name is a word: " + pool);
        network.ifPresent(bridge -> check(WORD.matcher(bridge).matches(), "a network's name is a word: " + bridge));
        check(cpuOvercommit > 0, "CPUs are promised at least in part: cpuOvercommit is " + cpuOvercommit);
        check(memoryShare > 0 && memoryShare <= 1, "a share of the memory is above 0 and up to 1: memoryShare is " + memoryShare);
        check(processes > 0, "a guest has at least one process");
        check(isPositive(toAct) && isPositive(toAsk) && isPositive(patience) && isPositive(betweenLooks), "times are positive");
        check(!keepImages.isNegative(), "images are not kept for less than no time");
    }

    static Settings of(String name, Config config) {
        return new Settings(name, Endpoint.of(config.server(), config.certificate(), config.key(), config.serverCertificate()), config.project(),
                config.pool(), Optional.of(config.network().strip()).filter(network -> !network.isEmpty()), config.host(), config.rootOnServer(),
                config.cpuOvercommit(), config.memoryShare(), config.processes(), Duration.ofSeconds(config.actSeconds()),
                Duration.ofSeconds(config.askSeconds()), Duration.ofSeconds(config.shutdownSeconds()), Duration.ofSeconds(config.lookSeconds()),
                Duration.ofHours(config.imageHours()));
    }

    /**
     * The host that a server is.
     *
     * @param member its name in its cluster; empty if it is in none
     */
    HostId host(Optional<String> member) {
        String pattern = member.isPresent() && !host.contains(OF_MEMBER) ? host + "-" + OF_MEMBER : host;
        return new HostId(pattern.replace("{name}", name).replace(OF_MEMBER, member.orElse(name)));
    }

    private static boolean isPositive(Duration time) {
        return !time.isNegative() && !time.isZero();
    }

    private static void check(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }
}
