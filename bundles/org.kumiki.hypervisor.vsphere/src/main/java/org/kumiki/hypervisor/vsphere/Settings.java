package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an operator has chosen, checked.
 *
 * @param name        of the technology
 * @param sources     the images, by their names
 * @param memoryShare of a host's memory, for all guests together
 * @param reserved    of a guest's memory
 */
record Settings(String name, Login login, String datacenter, String datastore, String network, String folder, String hostPrefix,
        Map<String, Source> sources, String guestId, double cpuOvercommit, double memoryShare, int networkMbps, double reserved,
        int cpuReservationMhz, Duration patience, Duration toShutDown, Duration betweenLooks) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,60}");
    private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,60}");
    private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,30})?");
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(10);

    /**
     * Where a server is, and how to come in.
     *
     * @param password     empty if it is in a file
     * @param authorities  a file of certificates; empty for those of Java
     * @param thumbprint   of the server's own certificate; empty if others vouch for it
     */
    record Login(URI url, String user, String password, String passwordFile, String authorities, String thumbprint) {

        Login {
            check("https".equals(url.getScheme()) && url.getHost() != null, "a server's address is https://HOST/sdk: " + url);
            check(!user.isBlank(), "somebody must log in at " + url + ": user is empty");
            check(password.isEmpty() != passwordFile.isEmpty(), "a login has either a password or a passwordFile");
            check(passwordFile.isEmpty() || Path.of(passwordFile).isAbsolute(), "the path of a password file is absolute: " + passwordFile);
            check(authorities.isEmpty() || thumbprint.isEmpty(), "a certificate is trusted either by authorities or by its thumbprint");
            check(authorities.isEmpty() || Path.of(authorities).isAbsolute(), "the path of authorities is absolute: " + authorities);
            if (!thumbprint.isEmpty()) {
                Trust.digest(thumbprint);
            }
        }

        /** @param patience until there is a connection, and for each call */
        Session begin(Duration patience) throws IOException {
            HttpClient http = HttpClient.newBuilder().sslContext(Trust.context(authorities, thumbprint)).version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(patience).followRedirects(HttpClient.Redirect.NEVER).build();
            return new Session(new Vim(http, url), user, this::readPassword, patience);
        }

        String readPassword() throws IOException {
            if (passwordFile.isEmpty()) {
                return password;
            }
            Path file = Path.of(passwordFile);
            if (!EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE).containsAll(Files.getPosixFilePermissions(file))) {
                throw new IOException("the password may be read by others: chmod 600 " + file);
            }
            return Files.readString(file).strip();
        }

        /** Without the password, for logs. */
        @Override
        public String toString() {
            return user + " at " + url;
        }
    }

    Settings {
        check(NAME.matcher(name).matches(), "a technology's name is of lower-case letters, digits and hyphens: " + name);
        check(FOLDER.matcher(folder).matches(), "a folder's name is of letters, digits, hyphens and _: " + folder);
        check(PREFIX.matcher(hostPrefix).matches(), "the names of hosts begin with letters, digits, dots, hyphens and _: " + hostPrefix);
        check(cpuOvercommit > 0 && memoryShare > 0 && memoryShare <= 1, "cpuOvercommit is positive, and memoryShare between 0 and 1");
        check(reserved >= 0 && reserved <= 1 && cpuReservationMhz >= 0, "memoryReservation is from 0 to 1, and cpuReservationMhz not negative");
        check(isPositive(patience) && isPositive(toShutDown) && isPositive(betweenLooks) && betweenLooks.compareTo(LONGEST_LOOK) <= 0,
                "times are positive, and lookSeconds is at most " + LONGEST_LOOK.toSeconds());
        sources = Map.copyOf(sources);
    }

    static Settings of(String name, Config config) {
        return new Settings(name,
                new Login(URI.create(config.url().strip()), config.user().strip(), config._password(), config.passwordFile().strip(),
                        config.authorities().strip(), config.thumbprint().strip()),
                config.datacenter().strip(), config.datastore().strip(), config.network().strip(), config.folder().strip(),
                config.hostPrefix().strip(),
                sources(config.templates(), config.images()), config.guestId().strip(), config.cpuOvercommit(), config.memoryShare(),
                config.networkMbps(), config.memoryReservation(), config.cpuReservationMhz(), Duration.ofSeconds(config.patienceSeconds()),
                Duration.ofSeconds(config.shutdownSeconds()), Duration.ofSeconds(config.lookSeconds()));
    }

    static Map<String, Source> sources(String[] templates, String[] images) {
        Map<String, Source> sources = new TreeMap<>();
        for (String template : templates) {
            String[] parts = template.strip().split("=", 2);
            put(sources, parts[0], new Source.Template(parts.length == 1 ? parts[0] : parts[1]));
        }
        for (String image : images) {
            String[] parts = image.strip().split("=", 2);
            check(parts.length == 2 && Path.of(parts[1]).isAbsolute(), "an image is NAME=/path/of/a/file: " + image);
            put(sources, parts[0], new Source.RawDisk(Path.of(parts[1])));
        }
        return sources;
    }

    private static void put(Map<String, Source> sources, String name, Source source) {
        check(IMAGE.matcher(name).matches(), "an image's name is of letters, digits, dots, hyphens and _: " + name);
        check(sources.put(name, source) == null, "there are two images of the name " + name);
    }

    /** For copies of disks, which take their time. */
    Duration toCopy() {
        return patience.multipliedBy(10);
    }

    private static boolean isPositive(Duration time) {
        return !time.isNegative() && !time.isZero();
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** What images are there, for people. */
    Set<String> images() {
        return sources.keySet();
    }
}
