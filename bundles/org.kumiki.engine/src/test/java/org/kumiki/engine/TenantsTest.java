package org.kumiki.engine;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kumiki.api.command.AddressCommand;
import org.kumiki.api.command.Command;
import org.kumiki.api.command.DeviceMapping;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.KeyPairCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.command.PlacementGroupCommand;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.command.Reservation;
import org.kumiki.api.command.SecurityGroupCommand;
import org.kumiki.api.command.SnapshotCommand;
import org.kumiki.api.command.TagCommand;
import org.kumiki.api.command.TransferCommand;
import org.kumiki.api.command.VolumeCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Reason;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.KeyPairId;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.PlacementGroup.Strategy;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.object.ObjectSlice;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Part;
import org.kumiki.api.policy.Role;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.ImageStore;

/**
 * Every command there is, by an account that names another one's things: it must be answered as if they were not there, and change none
 * of them. A command without a case here fails.
 */
class TenantsTest {

    private static final Caller ANN = new Caller(new AccountId("000000000011"), false, "test");
    private static final Caller BEN = new Caller(new AccountId("000000000022"), false, "test");
    private static final HostId HOST = new HostId("h1");
    private static final Map<String, String> TAGS = Map.of("k", "v");
    private static final TransferCommand.Source SOURCE = new TransferCommand.Source("bucket", "disk.raw", Disk.Format.RAW, false);
    private static final ObjectSlice OBJECT = new ObjectSlice("bucket", "disk.raw", "v", "etag", 0, 100);

    /** What one account has, or nobody. */
    private record Things(InstanceId instance, ImageId image, VolumeId volume, SnapshotId snapshot, KeyPairId keyPair, String key, GroupId group,
            AddressId address, NetworkId network, PlacementGroupId placementGroup, TransferId transfer) {

        static final Things ABSENT = new Things(new InstanceId("i-11111111"), new ImageId("ami-00000000"), new VolumeId("vol-00000000"),
                new SnapshotId("snap-00000000"), new KeyPairId("key-00000000"), "nobodys-key", new GroupId("sg-00000000"),
                new AddressId("eipalloc-00000000"), new NetworkId("vpc-00000000"), new PlacementGroupId("pg-00000000"),
                new TransferId("import-snap-99999999"));

        /** A message without what tells one account's things from another's. */
        String anonymous(String message) {
            String text = message;
            for (Object name : List.of(instance, image, volume, snapshot, keyPair, key, group, address, network, placementGroup, transfer)) {
                text = text.replace(name.toString(), "…");
            }
            return text;
        }

        Stream<String> identifiers() {
            return Stream.of(instance, image, volume, snapshot, keyPair, group, address, network, placementGroup).map(Object::toString);
        }
    }

    /** A command of an account, told what it has itself and what it names. */
    @FunctionalInterface
    private interface Case {
        Command<?> command(Things own, Things named);
    }

    /** What names a thing: it is not there. */
    private static final Map<Class<?>, List<Case>> NOT_FOUND = Map.ofEntries(
            entry(InstanceCommand.Start.class, both(ids -> new InstanceCommand.Start(ids))),
            entry(InstanceCommand.Stop.class, both(ids -> new InstanceCommand.Stop(ids, true))),
            entry(InstanceCommand.Reboot.class, both(ids -> new InstanceCommand.Reboot(ids))),
            entry(InstanceCommand.Terminate.class, both(ids -> new InstanceCommand.Terminate(ids))),
            entry(InstanceCommand.Modify.class, List.of(
                    (own, named) -> modify(named.instance(), List.of(own.group())),
                    (own, named) -> modify(own.instance(), List.of(named.group())))),
            entry(InstanceCommand.Launch.class, List.of(
                    (own, named) -> launch(named.image(), Optional.empty(), List.of(), Optional.empty()),
                    (own, named) -> launch(Rig.IMAGE, Optional.of(named.key()), List.of(), Optional.empty()),
                    (own, named) -> launch(Rig.IMAGE, Optional.empty(), List.of(own.group(), named.group()), Optional.empty()),
                    (own, named) -> launch(own.image(), List.of(device("/dev/sdf", named.snapshot())), Optional.empty(), List.of(), Optional.empty()),
                    (own, named) -> launch(apart(named.placementGroup())),
                    (own, named) -> launch(together(named.placementGroup())))),
            entry(ImageCommand.RegisterSnapshot.class, List.of((own, named) -> new ImageCommand.RegisterSnapshot("made", "", "x86_64",
                    BlockDevice.ROOT, List.of(device(BlockDevice.ROOT, named.snapshot())), TAGS))),
            entry(ImageCommand.Create.class, List.of(
                    (own, named) -> new ImageCommand.Create(named.instance(), "made", "", false, List.of(), TAGS, TAGS))),
            entry(ImageCommand.Deregister.class, List.of((own, named) -> new ImageCommand.Deregister(named.image()))),
            entry(ImageCommand.Share.class, List.of((own, named) -> new ImageCommand.Share(named.image(), true))),
            entry(TransferCommand.StoreImage.class, List.of((own, named) -> new TransferCommand.StoreImage(named.image(), "bucket", TAGS))),
            entry(TransferCommand.ExportImage.class, List.of((own, named) -> new TransferCommand.ExportImage(named.image(), DiskExport.Format.RAW,
                    "bucket", "", "", Optional.empty(), TAGS))),
            entry(TransferCommand.Cancel.class, List.of((own, named) -> new TransferCommand.Cancel(named.transfer()))),
            entry(VolumeCommand.Create.class, List.of(
                    (own, named) -> new VolumeCommand.Create(0, Optional.of(named.snapshot()), Optional.empty(), TAGS))),
            entry(VolumeCommand.Delete.class, List.of((own, named) -> new VolumeCommand.Delete(named.volume()))),
            entry(VolumeCommand.Attach.class, List.of(
                    (own, named) -> new VolumeCommand.Attach(named.volume(), own.instance(), "/dev/sdf"),
                    (own, named) -> new VolumeCommand.Attach(own.volume(), named.instance(), "/dev/sdf"),
                    (own, named) -> new VolumeCommand.Attach(named.volume(), named.instance(), "/dev/sdf"))),
            entry(VolumeCommand.Detach.class, List.of(
                    (own, named) -> new VolumeCommand.Detach(named.volume(), Optional.empty(), Optional.empty(), true),
                    (own, named) -> new VolumeCommand.Detach(named.volume(), Optional.of(named.instance()), Optional.empty(), true))),
            entry(SnapshotCommand.Create.class, List.of((own, named) -> new SnapshotCommand.Create(named.volume(), "", TAGS))),
            entry(SnapshotCommand.Delete.class, List.of((own, named) -> new SnapshotCommand.Delete(named.snapshot()))),
            entry(SnapshotCommand.Share.class, List.of((own, named) -> new SnapshotCommand.Share(named.snapshot(), true))),
            entry(SecurityGroupCommand.Delete.class, List.of((own, named) -> new SecurityGroupCommand.Delete(named.group()))),
            entry(SecurityGroupCommand.Authorize.class, List.of(
                    (own, named) -> new SecurityGroupCommand.Authorize(named.group(), List.of(from("10.0.0.0/8"))),
                    (own, named) -> new SecurityGroupCommand.Authorize(own.group(), List.of(from(named.group()))))),
            entry(SecurityGroupCommand.Revoke.class, List.of(
                    (own, named) -> new SecurityGroupCommand.Revoke(named.group(), List.of(from("10.0.0.0/8"))))),
            entry(PlacementGroupCommand.Delete.class, List.of((own, named) -> new PlacementGroupCommand.Delete(named.placementGroup()))),
            entry(AddressCommand.Release.class, List.of((own, named) -> new AddressCommand.Release(named.address()))),
            entry(AddressCommand.Associate.class, List.of(
                    (own, named) -> new AddressCommand.Associate(named.address(), Optional.of(own.instance())),
                    (own, named) -> new AddressCommand.Associate(named.address(), Optional.empty()),
                    (own, named) -> new AddressCommand.Associate(own.address(), Optional.of(named.instance())))),
            entry(TagCommand.Set.class, everything(name -> new TagCommand.Set(name, TAGS))),
            entry(TagCommand.Remove.class, everything(name -> new TagCommand.Remove(name, Map.of()))));

    /** What names nothing, or only by a name that each account has its own of: it is the caller's own that is made or taken. */
    private static final Map<Class<?>, List<Case>> OF_ONES_OWN = Map.ofEntries(
            entry(InstanceCommand.Launch.class, List.of(
                    (own, named) -> launch(Rig.IMAGE, Optional.empty(), List.of(), Optional.of("the same token")))),
            entry(ImageCommand.Register.class, List.of((own, named) -> image())),
            entry(TransferCommand.RegisterImage.class, List.of((own, named) -> new TransferCommand.RegisterImage("out of a bucket", "", "x86_64", SOURCE, TAGS))),
            entry(TransferCommand.ImportImage.class, List.of(
                    (own, named) -> new TransferCommand.ImportImage("", "x86_64", SOURCE, Optional.of("the same token"), TAGS))),
            entry(TransferCommand.ImportSnapshot.class, List.of((own, named) -> snapshot())),
            entry(TransferCommand.RestoreImage.class, List.of(
                    (own, named) -> new TransferCommand.RestoreImage("bucket", "ami", Optional.empty(), TAGS, TAGS))),
            entry(VolumeCommand.Create.class, List.of((own, named) -> volume())),
            entry(KeyPairCommand.Import.class, List.of((own, named) -> key(named.key()))),
            entry(KeyPairCommand.Delete.class, List.of((own, named) -> new KeyPairCommand.Delete(named.key()))),
            entry(SecurityGroupCommand.Create.class, List.of((own, named) -> new SecurityGroupCommand.Create("group", "", TAGS))),
            entry(PlacementGroupCommand.Create.class, List.of((own, named) -> new PlacementGroupCommand.Create("apart", Strategy.SPREAD, TAGS))),
            entry(AddressCommand.Allocate.class, List.of((own, named) -> new AddressCommand.Allocate(TAGS))));

    /** What is for operators. */
    private static final Map<Class<?>, List<Case>> DENIED = Map.ofEntries(
            entry(HostCommand.Accept.class, hosts(host -> new HostCommand.Accept(host, false))),
            entry(HostCommand.Power.class, hosts(host -> new HostCommand.Power(host, true, ""))),
            entry(HostCommand.Remove.class, hosts(HostCommand.Remove::new)),
            entry(PolicyCommand.Shadow.class, List.of((own, named) -> new PolicyCommand.Shadow("one", Optional.of("other")))),
            entry(PolicyCommand.Canary.class, List.of((own, named) -> new PolicyCommand.Canary("one", Optional.empty(), new Part.Count(1), Bounds.NONE,
                    Optional.empty()))),
            entry(PolicyCommand.Promote.class, List.of((own, named) -> new PolicyCommand.Promote("one", Optional.empty(), Bounds.NONE))),
            entry(PolicyCommand.RollBack.class, List.of((own, named) -> new PolicyCommand.RollBack("one"))),
            entry(PolicyCommand.Retire.class, List.of((own, named) -> new PolicyCommand.Retire("one"))),
            entry(MigrationCommand.Start.class, List.of(
                    (own, named) -> new MigrationCommand.Start(named.instance(), Optional.empty(), Optional.empty(), ""),
                    (own, named) -> new MigrationCommand.Start(own.instance(), Optional.of(HOST), Optional.empty(), ""))),
            entry(MigrationCommand.Cancel.class, List.of(
                    (own, named) -> new MigrationCommand.Cancel(named.instance()),
                    (own, named) -> new MigrationCommand.Cancel(own.instance()))),
            entry(ImageCommand.Register.class, List.of((own, named) -> new ImageCommand.Register("stolen", "", "x86_64",
                    URI.create("file:///etc/shadow"), Image.Format.RAW, Optional.empty(), TAGS))));

    private final Ids ids = new Ids(new SplittableRandom(1), 80);
    private World world;
    private Things anns;
    private Things bens;

    @BeforeEach
    void giveBothSomething() {
        world = World.empty(0, Instant.EPOCH, InstanceTypes.all());
        change(draft -> {
            Accounts.open(draft, Rig.ROOT.account());
            Core.report(draft, Rig.ROOT.account(), new Report.HostsSeen(PaperHypervisor.PAPER,
                    List.of(new HostReport(HOST, Rig.CAPACITY, Map.of(), Map.of())), Ordered.empty()));
            Core.report(draft, Rig.ROOT.account(), new Report.ImageOffered(new ImageStore.BuiltIn(Rig.IMAGE, "paper", "", "x86_64")));
            Core.report(draft, Rig.ROOT.account(), new Report.ImageStored(new ImageStore.Stored(Rig.IMAGE, Image.Format.KERNEL, 0, "x86_64")));
        });
        anns = make(ANN, "anns-key");
        bens = make(BEN, "bens-key");
    }

    private Things make(Caller caller, String key) {
        Reservation reservation = ask(caller, launch(Rig.IMAGE, Optional.empty(), List.of(), Optional.of("the same token")));
        InstanceId instance = reservation.instances().get(0).id();
        ImageId image = ask(caller, image()).id();
        VolumeId volume = ask(caller, volume()).id();
        change(draft -> {
            Core.report(draft, Rig.ROOT.account(), new Report.GuestStarted(instance));
            Core.report(draft, Rig.ROOT.account(), new Report.ImageStored(new ImageStore.Stored(image, Image.Format.RAW, 1, "x86_64")));
            Core.report(draft, Rig.ROOT.account(), new Report.VolumeCreated(volume));
        });
        SnapshotId snapshot = ask(caller, new SnapshotCommand.Create(volume, "", TAGS)).id();
        change(draft -> Core.report(draft, Rig.ROOT.account(), new Report.SnapshotsTaken(List.of(snapshot))));
        GroupId group = ask(caller, new SecurityGroupCommand.Create("group", "", TAGS)).id();
        ask(caller, new SecurityGroupCommand.Authorize(group, List.of(from("10.0.0.0/8"))));
        return new Things(instance, image, volume, snapshot, ask(caller, key(key)).id(), key, group, ask(caller, new AddressCommand.Allocate(TAGS)).id(),
                world.instances().find(instance).orElseThrow().nic().network(),
                ask(caller, new PlacementGroupCommand.Create("apart", Strategy.SPREAD, TAGS)).id(), ask(caller, snapshot()).id());
    }

    @Test
    void everyCommandHasACase() {
        List<Class<?>> covered = Stream.of(NOT_FOUND, OF_ONES_OWN, DENIED).flatMap(cases -> cases.keySet().stream()).distinct().toList();

        assertThat(covered).containsExactlyInAnyOrderElementsOf(commands(Command.class).toList());
    }

    @TestFactory
    Stream<DynamicTest> anothersThingsAreAnsweredAsIfTheyWereNotThere() {
        return each(NOT_FOUND, one -> {
            DatacenterException refused = refusal(BEN, one.command(bens, anns));
            DatacenterException absent = refusal(BEN, one.command(bens, Things.ABSENT));

            assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND).isEqualTo(absent.reason());
            assertThat(anns.anonymous(refused.getMessage())).isEqualTo(Things.ABSENT.anonymous(absent.getMessage()));
            assertThat(refused.kind()).isEqualTo(absent.kind());
        });
    }

    @TestFactory
    Stream<DynamicTest> aCommandThatIsRefusedForAnothersThingsIsGoodForOnesOwn() {
        return each(NOT_FOUND, one -> {
            Command<?> command = one.command(bens, bens);
            try {
                ask(BEN, command);
            } catch (DatacenterException e) {
                assertThat(e.reason()).as(e.getMessage()).isNotIn(Reason.NOT_FOUND, Reason.DENIED);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> whatOneMakesOrTakesIsOnesOwn() {
        return each(OF_ONES_OWN, one -> {
            List<String> before = belongings(ANN);
            String answer;
            try {
                answer = String.valueOf(ask(BEN, one.command(bens, anns)));
            } catch (DatacenterException e) {
                assertThat(e.reason()).isEqualTo(Reason.DUPLICATE); // of one's own
                answer = e.getMessage();
            }

            assertThat(belongings(ANN)).isEqualTo(before);
            assertThat(answer).doesNotContain(ANN.account().value()).doesNotContain(anns.identifiers().toArray(String[]::new));
        });
    }

    @TestFactory
    Stream<DynamicTest> whatIsForOperatorsIsDeniedToAllOthersWhateverTheyName() {
        return each(DENIED, one -> {
            World before = world;

            assertThat(refusal(BEN, one.command(bens, anns)).reason()).isEqualTo(Reason.DENIED);
            assertThat(world).isSameAs(before);
        });
    }

    @Test
    void aCommandOnOnesOwnAndAnothersThingsHappensToNeither() {
        List<String> anns = belongings(ANN);
        List<String> bens = belongings(BEN);

        for (Case one : NOT_FOUND.get(InstanceCommand.Terminate.class)) {
            refusal(BEN, one.command(this.bens, this.anns));
        }

        assertThat(belongings(ANN)).isEqualTo(anns);
        assertThat(belongings(BEN)).isEqualTo(bens);
    }

    /** The name in a test report is the command's. */
    private Stream<DynamicTest> each(Map<Class<?>, List<Case>> cases, Consumer<Case> test) {
        return cases.entrySet().stream().sorted(Comparator.comparing(of -> of.getKey().getName())).flatMap(of -> {
            String name = of.getKey().getName();
            return of.getValue().stream().map(one -> DynamicTest.dynamicTest(name.substring(name.lastIndexOf('.') + 1), () -> {
                giveBothSomething();
                assertThat(one.command(bens, anns)).isInstanceOf(of.getKey());
                test.accept(one);
            }));
        });
    }

    private static Stream<Class<?>> commands(Class<?> type) {
        return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(TenantsTest::commands) : Stream.of(type);
    }

    private static List<Case> both(Function<List<InstanceId>, Command<?>> command) {
        return List.of((own, named) -> command.apply(List.of(named.instance())),
                (own, named) -> command.apply(List.of(own.instance(), named.instance())));
    }

    private static List<Case> everything(Function<List<String>, Command<?>> command) {
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < Things.ABSENT.identifiers().count(); i++) {
            int which = i;
            cases.add((own, named) -> command.apply(List.of(own.volume().value(), named.identifiers().skip(which).findFirst().orElseThrow())));
        }
        return cases;
    }

    private static List<Case> hosts(Function<HostId, Command<?>> command) {
        return List.of((own, named) -> command.apply(HOST), (own, named) -> command.apply(new HostId("nowhere")));
    }

    private static InstanceCommand.Modify modify(InstanceId instance, List<GroupId> groups) {
        return new InstanceCommand.Modify(instance, Optional.empty(), Optional.empty(), Optional.of(groups), Optional.empty(), Optional.empty(),
                Map.of());
    }

    private static PlacementRules apart(PlacementGroupId group) {
        return new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.of(group.value()), Optional.empty());
    }

    private static PlacementRules together(PlacementGroupId group) {
        return new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.empty(), Optional.of(group.value()));
    }

    private static Launch launch(PlacementRules rules) {
        return new Launch(Rig.spec(rules), List.of(), 1, 1, Optional.empty(), TAGS, Map.of(), false);
    }

    private static Launch launch(ImageId image, Optional<String> key, List<GroupId> groups, Optional<String> token) {
        return launch(image, List.of(), key, groups, token);
    }

    private static Launch launch(ImageId image, List<DeviceMapping> devices, Optional<String> key, List<GroupId> groups, Optional<String> token) {
        return new Launch(new LaunchSpec("t2.micro", image, key, groups, Optional.empty(), false, PlacementRules.ANYWHERE), devices, 1, 1, token, TAGS,
                Map.of(), false);
    }

    private static DeviceMapping device(String name, SnapshotId snapshot) {
        return new DeviceMapping(name, true, Optional.of(snapshot), Optional.empty(), Optional.empty());
    }

    private static ImageCommand.Register image() {
        return new ImageCommand.Register("image", "", "x86_64", URI.create("https://example.org/image"), Image.Format.RAW, Optional.empty(), TAGS);
    }

    private static VolumeCommand.Create volume() {
        return new VolumeCommand.Create(1_024, Optional.empty(), Optional.of("the same one"), TAGS);
    }

    private static TransferCommand.ImportSnapshot snapshot() {
        return new TransferCommand.ImportSnapshot("", SOURCE, Optional.of("another token"), TAGS);
    }

    private static KeyPairCommand.Import key(String name) {
        return new KeyPairCommand.Import(name, "ssh-ed25519 AAAA", "fingerprint", "ed25519", TAGS);
    }

    private static FirewallRule from(String cidr) {
        return new FirewallRule("", FirewallRule.Direction.INGRESS, "tcp", 22, 22, Optional.of(cidr), Optional.empty(), "");
    }

    private static FirewallRule from(GroupId group) {
        return new FirewallRule("", FirewallRule.Direction.INGRESS, "tcp", 22, 22, Optional.empty(), Optional.of(group), "");
    }

    /** Everything of an account, as text. */
    private List<String> belongings(Caller caller) {
        return Stream.of(Entity.ALL).flatMap(entity -> world.table(entity).stream()).map(String::valueOf)
                .filter(text -> text.contains(caller.account().value())).toList();
    }

    private DatacenterException refusal(Caller caller, Command<?> command) {
        try {
            ask(caller, command);
        } catch (DatacenterException e) {
            return e;
        }
        throw new AssertionError(command + " was carried out");
    }

    private <R> R ask(Caller caller, Command<R> command) {
        Draft draft = new Draft(world, Instant.EPOCH, ids);
        R answer = carryOut(draft, caller, command);
        world = draft.build();
        return answer;
    }

    @SuppressWarnings("unchecked") // the answer has the type that its command names
    private static <R> R carryOut(Draft draft, Caller caller, Command<R> command) {
        Launches.Placed placed = new Launches.Placed(new Placement(List.of(HOST), "", List.of()), "test", draft.base().view());
        if (command instanceof Launch launch) {
            return (R) Launches.launch(draft, caller, launch, placed);
        }
        if (command instanceof TransferCommand<R> transfer) {
            StoredAmi stored = new StoredAmi("stored", "", "x86_64", null, Map.of(), List.of(new StoredAmi.StoredDisk("/dev/sda1", 1, true, 7)));
            return TransferCommands.answer(draft, caller, transfer, new Transfers.Found(Optional.of(OBJECT), Optional.of(stored)));
        }
        if (command instanceof PolicyCommand policy) {
            return (R) RehearsalCommands.answer(draft, caller, policy, Role.ACTIVE, "");
        }
        return command instanceof MigrationCommand.Start start ? (R) MigrationCommands.start(draft, caller, start, placed)
                : Core.command(draft, caller, command);
    }

    private void change(Consumer<Draft> action) {
        Draft draft = new Draft(world, Instant.EPOCH, ids);
        action.accept(draft);
        world = draft.build();
    }
}
