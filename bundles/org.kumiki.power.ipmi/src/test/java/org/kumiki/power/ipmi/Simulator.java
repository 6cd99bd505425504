package org.kumiki.power.ipmi;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.kumiki.testing.FreePort;

/** OpenIPMI's simulator: a controller of real IPMI on a loopback port. What its chassis does is a script of the test's. */
final class Simulator implements AutoCloseable {

    private final Path directory;
    private final int port;
    private Process process;

    private Simulator(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Skips the test where there is no simulator, or nothing to talk to it with. */
    static Simulator start(Path directory) throws IOException {
        Assumptions.assumeTrue(installed("ipmi_sim"), "no ipmi_sim here (Debian, Ubuntu: openipmi)");
        Assumptions.assumeTrue(installed("ipmitool"), "no ipmitool here (Debian, Ubuntu: ipmitool)");
        Simulator simulator = new Simulator(directory, FreePort.choose());
        simulator.prepare();
        simulator.run();
        return simulator;
    }

    private static boolean installed(String program) {
        return Stream.of("/usr/bin", "/usr/local/bin").anyMatch(where -> Files.isExecutable(Path.of(where, program)));
    }

    private void prepare() throws IOException {
        Files.createDirectory(directory.resolve("state"));
        Files.writeString(directory.resolve("power"), "0");
        Files.writeString(directory.resolve("emu"), "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nmc_enable 0x20\n");
        Files.writeString(directory.resolve("lan.conf"), """
                name "kumiki"
                set_working_mc 0x20
                  startlan 1
                    addr 127.0.0.1 %d
                    priv_limit admin
                    allowed_auths_admin none md2 md5 straight
                    allowed_auths_user none md2 md5 straight
                    guid a123456789abcdefa123456789abcdef
                  endlan
                  chassis_control "%s"
                  user 2 true "kumiki" "secret" admin 10 none md2 md5 straight
                  user 3 true "guest" "secret" user 10 none md2 md5 straight
                """.formatted(port, directory.resolve("chassis")));
        chassis("""
                case "$1 $2" in
                "get power") echo "power:$(cat "$state")" ;;
                "set power") echo "$3" >"$state" ;;
                "set shutdown") echo 0 >"$state" ;;
                esac
                """);
        password("right", "secret");
    }

    /** What the chassis does from now on. Its state is in the file {@code $state}. */
    void chassis(String script) throws IOException {
        Path file = directory.resolve("chassis");
        Path aside = directory.resolve("chassis.new");
        Files.writeString(aside, "#!/bin/sh\nstate=" + directory.resolve("power") + "\necho \"$1 $2 $3\" >>" + directory.resolve("calls") + "\n" + script);
        Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwx------"));
        Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the chassis was asked, in order. */
    List<String> calls() throws IOException {
        Path calls = directory.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls).stream().map(String::strip).toList() : List.of();
    }

    boolean isOn() throws IOException {
        return Files.readString(directory.resolve("power")).strip().equals("1");
    }

    void set(boolean on) throws IOException {
        Files.writeString(directory.resolve("power"), on ? "1" : "0");
    }

    Path password(String name, String password) throws IOException {
        Path file = Files.writeString(directory.resolve(name), password);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    Controller controller() {
        return controller("kumiki", directory.resolve("right"));
    }

    Controller controller(String user, Path password) {
        return new Controller("127.0.0.1", port, user, password, OptionalInt.of(3));
    }

    private void run() throws IOException {
        process = new ProcessBuilder("ipmi_sim", "-c", directory.resolve("lan.conf").toString(), "-f", directory.resolve("emu").toString(), "-n",
                "-s", directory.resolve("state").toString()).redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
    }

    /** The controller hangs: it takes what comes, and answers nothing. */
    void hang() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
