package org.kumiki.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.command.Reservation;
import org.kumiki.api.command.StateChange;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostRows;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Refusal;
import org.kumiki.api.model.Technology;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Part;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.Role;

/** The commands as an operator meets them: through the socket, with a real Gogo, and a datacenter on paper. */
@Timeout(60)
class DoorTest {

    private static final ThreadIOImpl IO = new ThreadIOImpl();

    @TempDir
    Path data;

    private final Paper paper = new Paper();
    private final Operator operator = new Operator(Duration.ofMillis(200), InstantSource.fixed(Paper.NOW));
    private CommandProcessorImpl gogo;
    private Door door;
    private Path socket;

    /** Says when it began and when it was interrupted. */
    public static final class Patient {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(1);

        public void sit() {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }

        public String greet(String word) {
            return "hello " + word;
        }

        public void nul() {
            System.out.print("a\0b\n");
        }

        public void fail() {
            throw new IllegalStateException("as a test\nwants it");
        }

        public boolean found(boolean it) {
            return it;
        }
    }

    private record Answer(String text, int status) {
    }

    /** Gogo gives every thread a standard output of its own, once in a Java machine. */
    @BeforeAll
    static void divertStandardOutput() {
        IO.start();
    }

    @AfterAll
    static void restoreStandardOutput() {
        IO.stop();
    }

    @BeforeEach
    void open() throws Exception {
        operator.datacenter = paper;
        operator.identity = paper;
        gogo = new CommandProcessorImpl(IO);
        gogo.addConverter(new Printer());
        add(new InstanceCommands(operator), "instances", "instance", "launch", "terminate", "start", "stop", "reboot", "console");
        add(new HostCommands(operator, new News()), "hosts", "drain", "accept", "power", "remove");
        add(new MigrationCommands(operator, new News()), "migrate", "migrations", "cancel");
        add(new PlanCommands(operator), "plans");
        add(new RehearsalCommands(operator), "shadow", "canary", "promote", "rollback", "retire", "rehearsals");
        add(new ImageCommands(operator), "images", "image");
        add(new DecisionCommands(operator), "why", "whynot", "replay");
        add(new LookingCommands(operator), "plugins", "keys", "volumes");
        door = new Door(gogo, data);
        socket = data.resolve("run/shell.sock");
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    @Test
    void onlyTheOwnerCanOpenIt() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent()))).isEqualTo("rwx------");
    }

    @Test
    void aCanaryHasItsHostsAndBoundsFromOptions() throws Exception {
        paper.answer = command -> CompletableFuture.completedFuture(new Rehearsal("bold", Role.CANARY, Optional.of("careful"),
                List.of(new HostId("a"), new HostId("b")), Bounds.NONE, Paper.NOW, Optional.of(Paper.NOW), "shell", ""));

        assertThat(run("canary --hosts 0.25 --moves 5 --overload 0.02 --energy 1.05 --after 12h bold careful")).isEqualTo(new Answer("bold decides in place of "
                + "careful on 2 hosts until 2026-01-01T12:00:00Z, and then everywhere; rehearsals shows how it does\n", 0));
        assertThat(paper.asked).containsExactly(new PolicyCommand.Canary("bold", Optional.of("careful"), new Part.Share(0.25),
                new Bounds(OptionalInt.of(5), OptionalDouble.of(0.02), OptionalDouble.of(1.05), OptionalDouble.empty()), Optional.of(Duration.ofHours(12))));
        assertThat(run("canary --moves many bold").text()).contains("bounds are numbers and shares, for example: --moves 10");
        assertThat(run("canary --overload 2 bold").text()).contains("overload is a share from 0 to 1");
        assertThat(run("canary --hosts 0 bold").text()).contains("a part has at least one host");
        assertThat(run("canary --after soon bold").text()).contains("a time is a number with s, m, h or d behind it");
        assertThat(run("canary").text()).contains("which policy, and in place of which?");
        assertThat(paper.asked).hasSize(1);
    }

    @Test
    void opensAgainOverASocketThatWasLeftBehind() throws Exception {
        Door next = new Door(gogo, data);

        assertThat(run("hosts").status()).isZero();
        next.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void saysWhyItCannotBeAtALongPath() {
        assertThatThrownBy(() -> new Door(gogo, data.resolve("x".repeat(107)))).isInstanceOf(IOException.class)
                .hasMessageContaining("107 bytes");
    }

    @Test
    void printsATable() throws Exception {
        paper.host("paper-1", HostState.UP);
        paper.host("p2", HostState.DRAINING);
        paper.host("gone", HostState.REMOVED);
        paper.busy.put(new HostId("paper-1"), 0.374);

        assertThat(run("hosts")).isEqualTo(new Answer("""
                HOST     STATE     TECHNOLOGY  GUESTS  CPU NOW  CPUS FREE  MEMORY FREE       DISK FREE           LABELS  MEANS
                paper-1  up        simulated   0       37 %     8 of 8     16 GiB of 16 GiB  100 GiB of 100 GiB  -       takes guests
                p2       draining  simulated   0       -        8 of 8     16 GiB of 16 GiB  100 GiB of 100 GiB  -       takes no more guests; \
                none is left
                """, 0));
        assertThat(run("instances")).isEqualTo(new Answer("none\n", 0));
    }

    @Test
    void asksAsTheRootAccount() throws Exception {
        Instance web = paper.instance("i-00000001", "web", "paper-1", 1);
        paper.answer = command -> CompletableFuture
                .completedFuture(List.of(new StateChange(web.id(), InstanceState.RUNNING, InstanceState.SHUTTING_DOWN)));

        assertThat(run("terminate web")).isEqualTo(new Answer("""
                INSTANCE    BEFORE   NOW
                i-00000001  running  shutting-down
                """, 0));
        assertThat(paper.asked).containsExactly(new InstanceCommand.Terminate(List.of(web.id())));
        assertThat(paper.callers).containsExactly(new Caller(Paper.ROOT, true, "shell"));
    }

    @Test
    void launchesOnTheHardwareThatIsAskedForAndShowsIt() throws Exception {
        paper.image("ami-00000001", "default");
        paper.host("paper-1", HostState.UP, Map.of("accelerator", "tcg"));
        Instance web = paper.instance("i-00000001", "web", "paper-1", 1);
        Hardware old = Hardware.parse("network=pcnet boot=network");
        paper.answer = command -> CompletableFuture.completedFuture(new Reservation("r-00000001", Paper.ROOT, List.of(web)));

        assertThat(run("launch --hardware 'boot=network network=pcnet'").status()).isZero();
        assertThat(paper.asked).singleElement().isInstanceOfSatisfying(InstanceCommand.Launch.class,
                launch -> assertThat(launch.spec().hardware()).contains(old));
        assertThat(run("launch --hardware 'network=ne2k'").text()).contains("virtio, pcnet");
        paper.replace(web, web.with(web.spec().on(old), web.resources()));
        assertThat(run("instance web").text()).contains("network=pcnet disk=virtio boot=network").contains("accelerator=tcg");
        assertThat(run("hosts").text()).contains("accelerator=tcg");
    }

    @Test
    void launchesTheSmallestTypeOfTheOnlyImage() throws Exception {
        Image image = paper.image("ami-00000001", "default");
        paper.answer = command -> CompletableFuture.completedFuture(
                new Reservation("r-00000001", Paper.ROOT, List.of(paper.instance("i-00000001", "web", "paper-1", 1))));

        Answer answer = run("launch -n 2 --name web");

        assertThat(answer.text()).contains("i-00000001  web   running  t2.nano  ami-00000001  paper-1  172.31.0.1  127.80.0.1  90s");
        assertThat(paper.asked).singleElement().isInstanceOfSatisfying(InstanceCommand.Launch.class, launch -> {
            assertThat(launch.spec().image()).isEqualTo(image.id());
            assertThat(launch.spec().type()).isEqualTo("t2.nano");
            assertThat(launch.min()).isEqualTo(2);
            assertThat(launch.max()).isEqualTo(2);
            assertThat(launch.tags()).containsEntry("Name", "web");
        });
    }

    @Test
    void launchesWhereItIsTold() throws Exception {
        paper.image("ami-00000001", "default");
        paper.host("paper-1", HostState.UP);
        PlacementGroup group = new PlacementGroup(new PlacementGroupId("pg-00000001"), Paper.ROOT, "apart", PlacementGroup.Strategy.SPREAD, Map.of());
        paper.groups.add(group);

        run("launch --host paper-1 --group apart --label residency=jp,rack=7 --method hardware,binary-translation");

        assertThat(paper.asked).singleElement().isInstanceOfSatisfying(InstanceCommand.Launch.class,
                launch -> assertThat(launch.spec().rules()).isEqualTo(new PlacementRules(Optional.of(new HostId("paper-1")),
                        Set.of(Technology.Method.HARDWARE, Technology.Method.BINARY_TRANSLATION), Map.of("residency", "jp", "rack", "7"),
                        Optional.of("pg-00000001"), Optional.empty())));
    }

    @Test
    void launchesNothingWhereNothingCanBe() throws Exception {
        paper.image("ami-00000001", "default");

        assertThat(run("launch --group apart").text()).startsWith("there is no placement group \"apart\"");
        assertThat(run("launch --label jp")).isEqualTo(new Answer("\"jp\" is no label; labels are written NAME=VALUE,NAME=VALUE\n", 1));
        assertThat(run("launch --method kvm").text()).startsWith("there is no virtualization method \"kvm\"; there are binary-translation, ");
        assertThat(paper.asked).isEmpty();
    }

    @Test
    void handsUserDataOver() throws Exception {
        paper.image("ami-00000001", "default");
        Path script = Files.writeString(data.resolve("script"), "#!/bin/sh\n");

        run("launch default --user-data " + script);

        assertThat(paper.asked).singleElement().isInstanceOfSatisfying(InstanceCommand.Launch.class,
                launch -> assertThat(launch.spec().userData()).contains("IyEvYmluL3NoCg=="));
    }

    @Test
    void forcesAStopOnlyWhenAskedTo() throws Exception {
        Instance web = paper.instance("i-00000001", "web", "paper-1", 1);

        run("stop i-00000001");
        run("stop --force i-00000001");

        assertThat(paper.asked).containsExactly(new InstanceCommand.Stop(List.of(web.id()), false),
                new InstanceCommand.Stop(List.of(web.id()), true));
    }

    @Test
    void waitsForTheEndOfAMoveAndSaysHowItWent() throws Exception {
        Instance web = paper.instance("i-00000001", "web", "a", 1);
        paper.host("a", HostState.UP);
        paper.host("b", HostState.UP);
        paper.answer = command -> CompletableFuture.completedFuture(move(web, Migration.State.MOVING, "an operator wants it"));

        paper.migrations.add(move(web, Migration.State.COMPLETED, "it took 500 ms"));
        assertThat(run("migrate --wait web b")).isEqualTo(new Answer("i-00000001 is on b now: it took 500 ms\n", 0));
        paper.migrations.set(0, move(web, Migration.State.FAILED, "the channel broke"));
        assertThat(run("migrate --wait web b")).isEqualTo(new Answer("i-00000001 stayed on a: the channel broke\n", 1));
        paper.migrations.clear();
        assertThat(run("migrate --wait web b").text()).startsWith("nobody remembers how the move of i-00000001 ended");
        assertThat(run("migrate web b").text()).isEqualTo("i-00000001 moves from a to b; migrations shows how far it is\n");
    }

    private static Migration move(Instance instance, Migration.State state, String reason) {
        return new Migration(instance.id(), new HostId("a"), new HostId("b"), Paper.SMALL, Optional.empty(), state, reason, Paper.NOW, Paper.NOW, 9);
    }

    @Test
    void waitsUntilAHostIsEmpty() throws Exception {
        Host host = paper.host("p1", HostState.MAINTENANCE);
        paper.answer = command -> CompletableFuture.completedFuture(host);

        assertThat(run("drain --wait p1").text()).startsWith("p1 is in maintenance: ");
        assertThat(paper.asked).containsExactly(new HostCommand.Accept(host.id(), false));
    }

    @Test
    void addsAnImage() throws Exception {
        Path disk = Files.writeString(data.resolve("disk one.qcow2"), "not looked at");
        paper.answer = command -> CompletableFuture.completedFuture(paper.image("ami-00000001", "one"));

        Answer answer = run("image add '" + disk + "' --sha256 ABCD");

        assertThat(answer).isEqualTo(new Answer("ami-00000001 is available; images shows how it goes\n", 0));
        assertThat(paper.asked).singleElement().isInstanceOfSatisfying(ImageCommand.Register.class, register -> {
            assertThat(register.name()).isEqualTo("disk one.qcow2");
            assertThat(register.format()).isEqualTo(Image.Format.QCOW2);
            assertThat(register.source()).isEqualTo(disk.toUri());
            assertThat(register.sha256()).contains("abcd");
        });
    }

    @Test
    void neverGuessesAFormat() throws Exception {
        Path disk = Files.write(data.resolve("disk.img"), new byte[] { 'Q', 'F', 'I', (byte) 0xFB });

        assertThat(run("image add " + disk)).isEqualTo(new Answer("which format? say --format qcow2, raw, vmdk, vdi, vhdx or vhd\n", 1));
        assertThat(paper.asked).isEmpty();
    }

    @Test
    void drainsAHost() throws Exception {
        paper.answer = command -> CompletableFuture.completedFuture(paper.host("paper-1", HostState.DRAINING));
        paper.host("paper-1", HostState.UP);

        paper.instance("i-00000001", "web", "paper-1", 1);

        assertThat(run("drain paper-1")).isEqualTo(new Answer(
                "paper-1 is draining: takes no more guests; 1 is to leave; plans and migrations show how it goes\n", 0));
        assertThat(paper.asked).containsExactly(new HostCommand.Accept(new HostId("paper-1"), false));
    }

    @Test
    void saysWhyAndWhyNot() throws Exception {
        paper.host("a", HostState.UP);
        paper.host("b", HostState.UP);
        paper.host("c", HostState.OFF);
        paper.instance("i-00000001", "web", "a", 7);
        paper.decided.add(new Decision(7, Paper.NOW, 3, "org.kumiki.scheduler.bestfit 1.0.0", List.of("i-00000001"),
                List.of(new HostId("a")), "the least room left", List.of(new Refusal("has too few cpus free", HostRows.parse("1-2")))));

        assertThat(run("why web").text()).isEqualTo("""
                i-00000001 was put on a by org.kumiki.scheduler.bestfit 1.0.0 at 2026-01-01T12:00:00Z (decision 7, seeing state 3)
                because: the least room left
                not b, c: has too few cpus free
                """);
        assertThat(run("whynot web b").text()).isEqualTo("""
                then (decision 7): b was refused: it has too few cpus free
                now: b would have room for it
                """);
        assertThat(run("whynot web c").text()).contains("now: c is switched off");
        assertThat(run("whynot web a").text()).isEqualTo("i-00000001 is on a\n");
    }

    @Test
    void showsHowAPlugInIsDoing() throws Exception {
        assertThat(run("plugins").text()).contains("hypervisor  simulated  quarantined  7      3", "hardware  it threw");
    }

    @Test
    void explainsARefusalInOneLineThatSaysWhatToDo() throws Exception {
        paper.image("ami-00000001", "default");
        paper.answer = command -> CompletableFuture.failedFuture(new DatacenterException(DatacenterException.Reason.NO_CAPACITY,
                DatacenterException.Kind.INSTANCE, null, "There is no room"));

        assertThat(run("launch")).isEqualTo(new Answer("There is no room; hosts shows how much room there is\n", 1));
        assertThat(run("console nobody")).isEqualTo(
                new Answer("there is no instance \"nobody\"; instances shows those that are there\n", 1));
        assertThat(run("drain")).isEqualTo(new Answer("drain takes other arguments; help drain shows which\n", 1));
        assertThat(run("nonsense")).isEqualTo(new Answer("there is no command nonsense; help shows those that are there\n", 1));
    }

    @Test
    void doesNotWaitForEver() throws Exception {
        paper.image("ami-00000001", "default");

        assertThat(run("launch").text()).startsWith("no answer within").contains("look before you ask again");
    }

    @Test
    void saysThatTheDatacenterIsAway() throws Exception {
        operator.datacenter = null;

        assertThat(run("instances")).isEqualTo(new Answer("the datacenter is not there; scr:list shows what it waits for\n", 1));
    }

    @Test
    void neverLetsAGuestSteerTheTerminal() throws Exception {
        paper.instance("i-00000001", "\u001b]0;evil\u0007\u202Ename", "a", 1);
        paper.console = "boot\r\n\u001b[2Jlogin:\t\u009b31m\0";

        assertThat(run("instances").text()).contains("?]0;evil??name").doesNotContain("\u001b");
        assertThat(run("console i-00000001").text()).isEqualTo("boot\n?[2Jlogin:\t?31m?\n");
    }

    @Test
    void answersABooleanWithItsStatus() throws Exception {
        add(new Patient(), "found");

        assertThat(run("found true")).isEqualTo(new Answer("", 0));
        assertThat(run("found false")).isEqualTo(new Answer("", 1));
    }

    @Test
    void survivesACommandThatFailsAndOneThatPrintsTheEndMark() throws Exception {
        add(new Patient(), "fail", "nul");

        assertThat(run("fail")).isEqualTo(new Answer("IllegalStateException: as a test\n", 1));
        assertThat(run("nul")).isEqualTo(new Answer("ab\n", 0));
    }

    @Test
    void interruptsACommandWhoseClientIsGone() throws Exception {
        Patient patient = new Patient();
        add(patient, "sit");

        try (SocketChannel client = connect()) {
            client.write(ByteBuffer.wrap("sit\n".getBytes(UTF_8)));
            patient.begun.await();
        }

        patient.interrupted.await();
    }

    @Test
    void conversesWhileTheClientStillTypes() throws Exception {
        add(new Patient(), "greet");
        try (SocketChannel client = connect()) {
            client.write(ByteBuffer.wrap("\n".getBytes(UTF_8)));
            assertThat(readUntil(client, "kumiki> ")).contains("help lists the commands");
            client.write(ByteBuffer.wrap("who = wor".getBytes(UTF_8)));
            client.write(ByteBuffer.wrap("ld\ngreet $who\n".getBytes(UTF_8)));
            assertThat(readUntil(client, "hello world\nkumiki> ")).isNotEmpty();
            client.write(ByteBuffer.wrap("nonsense\nexit\n".getBytes(UTF_8)));
            assertThat(readUntil(client, "\0001\n")).contains("there is no command nonsense");
        }
    }

    private void add(Object commands, String... functions) {
        for (String function : functions) {
            gogo.addCommand("kumiki", commands, function);
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        client.connect(UnixDomainSocketAddress.of(socket));
        return client;
    }

    private Answer run(String line) throws IOException {
        try (SocketChannel client = connect()) {
            client.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
            String all = readUntil(client, null);
            int end = all.indexOf('\0');
            return new Answer(all.substring(0, end), Integer.parseInt(all.substring(end + 1).strip()));
        }
    }

    /** Everything until those words, or until the end. */
    private static String readUntil(SocketChannel client, String words) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while ((words == null || text.indexOf(words) < 0) && client.read(one.clear()) > 0) {
            text.append((char) one.get(0));
        }
        return text.toString();
    }
}
