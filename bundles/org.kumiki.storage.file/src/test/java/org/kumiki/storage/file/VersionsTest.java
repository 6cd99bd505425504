package org.kumiki.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.kumiki.api.blob.Blob;

/** Compares them with a list, from the latest to the first. */
class VersionsTest {

    private final Random random = new Random(5);
    private long time;

    @Test
    void areWhatAListIs() {
        for (int round = 0; round < 500; round++) {
            Optional<Versions> versions = Optional.empty();
            List<Version> list = new ArrayList<>();
            for (int step = 0; step < 20; step++) {
                if (random.nextInt(3) > 0) {
                    Version version = version();
                    versions = Optional.of(Versions.with(versions, version));
                    list.removeIf(each -> each.id().equals(version.id()));
                    list.add(0, version);
                } else if (!list.isEmpty()) {
                    Version removed = list.remove(random.nextInt(list.size()));
                    versions = versions.flatMap(all -> all.without(removed.id()));
                }
                check(versions, list);
            }
        }
    }

    @Test
    void areInTheOrderOfTheirTimesHoweverOftenTheyAreAdded() {
        time = 3;
        Version first = version("a", 1);
        Version second = version("b", 2);
        Version third = version(Blob.ONLY, 3);
        Optional<Versions> versions = Optional.empty();
        for (Version version : List.of(third, first, second, first, third)) {
            versions = Optional.of(Versions.with(versions, version));
        }

        check(versions, List.of(third, second, first));
    }

    @Test
    void haveOtherAttributes() {
        Version first = version("a", 1);
        Version second = version(Blob.ONLY, 2);
        Versions versions = Versions.with(Optional.of(Versions.of(first)), second);

        for (Version version : List.of(first, second)) {
            Version changed = version.with(Map.of("a", "b"));
            assertThat(versions.replaced(changed).find(version.id())).contains(changed);
            assertThat(versions.replaced(changed).all()).hasSize(2).contains(changed);
        }
    }

    private void check(Optional<Versions> versions, List<Version> list) {
        assertThat(versions.isPresent()).isEqualTo(!list.isEmpty());
        versions.ifPresent(all -> {
            assertThat(all.latest()).isEqualTo(list.get(0));
            assertThat(all.all()).isEqualTo(list);
            List<Version> turned = new ArrayList<>(all.fromTheFirst().toList());
            Collections.reverse(turned);
            assertThat(turned).isEqualTo(list);
            for (int i = 0; i < list.size(); i++) {
                assertThat(all.find(list.get(i).id())).contains(list.get(i));
                assertThat(all.after(list.get(i).id())).isEqualTo(list.subList(i + 1, list.size()));
            }
            assertThat(all.find(VersionIds.at(time + 1))).isEmpty();
            assertThat(all.after(VersionIds.at(time + 1))).isEqualTo(list);
        });
    }

    private Version version() {
        time++;
        return random.nextInt(3) == 0 ? version(Blob.ONLY, time) : version("", time);
    }

    private static Version version(String id, long time) {
        return new Version(id.equals(Blob.ONLY) ? id : VersionIds.at(time), time, false, Map.of(), List.of());
    }
}
