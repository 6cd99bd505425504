package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.InstanceCommand.Start;
import org.kumiki.api.command.InstanceCommand.Stop;
import org.kumiki.api.command.TagCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.storage.BootSource;

/** Which machine a guest sees is said once, by its image or at its launch, and stays. */
class HardwareTest {

    private static final Hardware OLD = Hardware.parse("network=pcnet disk=ide boot=network");
    private static final BootSource.Kernel KERNEL = new BootSource.Kernel(Path.of("/images", Rig.DISK_IMAGE.value(), "kernel"), Path.of("/initrd"), "");

    @TempDir
    Path data;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(data);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private Instance launch(Optional<Hardware> hardware) {
        LaunchSpec plain = Rig.spec(Rig.DISK_IMAGE, PlacementRules.ANYWHERE);
        LaunchSpec spec = new LaunchSpec(plain.type(), plain.image(), plain.keyName(), plain.groups(), plain.userData(), false, plain.rules(), hardware);
        Instance launched = rig.ask(new Launch(spec, List.of(), 1, 1, Optional.empty(), Map.of(), Map.of(), false)).instances().get(0);
        return rig.await(launched.id(), InstanceState.RUNNING);
    }

    private void tagImage(String hardware) {
        rig.ask(new TagCommand.Set(List.of(Rig.DISK_IMAGE.value()), Map.of(Hardware.TAG, hardware)));
    }

    @Test
    void withoutAWordAGuestIsAsAllAre() {
        Instance instance = launch(Optional.empty());

        assertThat(rig.estate.specs.get(instance.id()).hardware()).isEqualTo(Hardware.STANDARD);
        assertThat(rig.estate.specs.get(instance.id()).boot()).isEqualTo(KERNEL);
        assertThat(rig.linked.get(instance.id()).boot()).isEmpty();
        assertThat(instance.spec().rules()).isEqualTo(PlacementRules.ANYWHERE);
    }

    @Test
    void aGuestHasTheHardwareThatItsImageSaidAtItsLaunchForGood() {
        tagImage(OLD.text());
        Instance instance = launch(Optional.empty());
        tagImage("disk=sata");

        rig.restart();
        rig.await(inventory -> inventory.instances().find(instance.id()).isPresent());
        rig.ask(new Stop(List.of(instance.id()), true));
        rig.await(instance.id(), InstanceState.STOPPED);
        rig.estate.specs.clear();
        rig.linked.clear();
        rig.ask(new Start(List.of(instance.id())));
        rig.await(instance.id(), InstanceState.RUNNING);

        assertThat(rig.estate.specs.get(instance.id()).hardware()).isEqualTo(OLD);
        assertThat(rig.estate.specs.get(instance.id()).boot()).isEqualTo(new BootSource.Network());
        assertThat(rig.linked.get(instance.id()).boot()).as("what its network offers").contains(KERNEL);
        assertThat(instance.spec().rules().features()).containsExactly(Feature.HARDWARE_CHOICE);
    }

    @Test
    void whatIsSaidAtTheLaunchGoesBeforeTheImage() {
        tagImage(OLD.text());

        Instance instance = launch(Optional.of(Hardware.parse("boot=disk")));

        assertThat(rig.estate.specs.get(instance.id()).hardware()).isEqualTo(Hardware.parse("boot=disk"));
        assertThat(rig.estate.specs.get(instance.id()).boot()).isEqualTo(new BootSource.Firmware());
    }

    @Test
    void anImageThatSaysSomethingElseIsNotLaunched() {
        tagImage("network=ne2k");

        assertThatThrownBy(() -> launch(Optional.empty())).isInstanceOf(DatacenterException.class).hasMessageContaining("kumiki:hardware",
                "virtio, pcnet");
    }

    /** A journal that is older than the choice. */
    @Test
    void anInstanceOfAnEarlierVersionIsRead() {
        Instance instance = launch(Optional.empty());
        Records records = new Records();
        Entry now = records.entry(1, new Change<>(Entity.INSTANCE, instance.id(), Optional.of(instance)));
        String before = now.value().orElseThrow().replace(",\"hardware\":null", "").replace(",\"features\":[]", "");
        assertThat(before).doesNotContain("hardware", "features");

        Change<?, ?> change = records.change(new Entry(1, now.kind(), now.key(), Optional.of(before)));

        assertThat(change.value()).hasValueSatisfying(read -> assertThat(read).isEqualTo(instance));
        assertThat(instance.spec().hardware()).isEmpty();
        assertThat(instance.spec().rules().features()).isEqualTo(Set.of());
    }
}
