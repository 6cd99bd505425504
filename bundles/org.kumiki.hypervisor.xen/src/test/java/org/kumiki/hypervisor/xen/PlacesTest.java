package org.kumiki.hypervisor.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.VolumeId;

class PlacesTest {

    private static final VolumeId ROOT = new VolumeId("vol-00000000");
    private static final VolumeId ONE = new VolumeId("vol-00000001");
    private static final VolumeId OTHER = new VolumeId("vol-00000002");

    @Test
    void aVolumeKeepsItsPlaceWhileOthersComeAndGo() {
        Places places = new Places(Map.of(ROOT, 0)).with(ONE).with(OTHER).without(ONE);

        assertThat(places.device(ROOT)).contains("xvda");
        assertThat(places.device(OTHER)).contains("xvdc");
        assertThat(places.device(ONE)).isEmpty();
        assertThat(places.with(ONE).device(ONE)).contains("xvdb");
        assertThat(places.with(OTHER)).isEqualTo(places);
    }

    /** As xl block-list counts. */
    @Test
    void placesHaveXensNumbers() {
        Places places = new Places(Map.of(ROOT, 0, ONE, 25));

        assertThat(places.number(ROOT)).contains("51712");
        assertThat(places.number(ONE)).contains("52112");
        assertThat(places.number(OTHER)).isEmpty();
    }

    @Test
    void theFirstPlaceIsForARootDiskAlone() {
        assertThat(new Places(Map.of()).with(ONE).device(ONE)).contains("xvdb");
    }

    @Test
    void placesAreReadAgain() {
        Places places = new Places(Map.of(ROOT, 0, OTHER, 2));

        assertThat(places.text()).isEqualTo("vol-00000000 xvda\nvol-00000002 xvdc\n");
        assertThat(Places.parse(places.text())).isEqualTo(places);
        assertThat(Places.parse("vol-00000000 xvda\nnonsense\nvol-00000001 xvdb; reboot\n")).isEqualTo(new Places(Map.of(ROOT, 0)));
        assertThat(Places.parse("")).isEqualTo(new Places(Map.of()));
    }

    @Test
    void thereAreSoManyPlacesAndNoMore() {
        Places full = new Places(Map.of());
        for (int number = 0; number < 25; number++) {
            full = full.with(new VolumeId("vol-0000000" + Integer.toHexString(number / 16) + Integer.toHexString(number % 16)));
        }
        Places last = full;
        assertThatThrownBy(() -> last.with(new VolumeId("vol-ffffffff"))).isInstanceOf(HypervisorException.class).hasMessageContaining("26 disks");
    }
}
