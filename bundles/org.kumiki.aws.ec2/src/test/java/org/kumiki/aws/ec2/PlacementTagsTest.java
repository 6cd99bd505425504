package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Workload;
import org.kumiki.aws.wire.AwsException;

class PlacementTagsTest {

    @Test
    void readsLabelsAndMethodsAndLeavesOtherTagsAlone() {
        assertThat(PlacementTags.rules(Map.of("kumiki:label:residency", "jp", "kumiki:label:rack", "7", "kumiki:method", "HARDWARE",
                "Name", "web", "kumiki:port-22", "127.80.0.1:10022")))
                .isEqualTo(new PlacementRules(Optional.empty(), Set.of(Method.HARDWARE), Map.of("residency", "jp", "rack", "7"), Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void readsHardwareAndRefusesWhatThereIsNot() {
        assertThat(PlacementTags.hardware(Map.of("kumiki:hardware", "network=pcnet"))).contains(Hardware.parse("network=pcnet"));
        assertThat(PlacementTags.hardware(Map.of("Name", "web"))).isEmpty();
        assertThatExceptionOfType(AwsException.class).isThrownBy(() -> PlacementTags.hardware(Map.of("kumiki:hardware", "network=ne2k")))
                .satisfies(e -> assertThat(e.code()).isEqualTo("InvalidParameterValue")).withMessageContaining("virtio, pcnet");
    }

    @Test
    void readsWhatAnInstanceDoesMost() {
        assertThat(PlacementTags.rules(Map.of("kumiki:workload", "Parallel"))).isEqualTo(PlacementRules.ANYWHERE.doing(Workload.PARALLEL));
    }

    @Test
    void withoutSuchTagsAnInstanceMayRunAnywhere() {
        assertThat(PlacementTags.rules(Map.of("Name", "web"))).isSameAs(PlacementRules.ANYWHERE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "HARDWARE BINARY_TRANSLATION", "hardware,binary-translation", "' HARDWARE, BINARY_TRANSLATION '" })
    void takesSeveralMethodsInAnyWriting(String value) {
        assertThat(PlacementTags.rules(Map.of("kumiki:method", value)).methods())
                .containsExactlyInAnyOrder(Method.HARDWARE, Method.BINARY_TRANSLATION);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "kumiki:method | KVM", "kumiki:method | ''", "kumiki:method | ','", "kumiki:method | HARDWARE MAGIC",
            "kumiki:methods | HARDWARE", "kumiki:workload | games", "kumiki:workloads | cpu", "kumiki:label: | jp", "kumiki:label | jp", "kumiki:labels:residency | jp",
            "kumiki:label:residency | ''" })
    void refusesWhatCannotBeMeant(String key, String value) {
        assertThatExceptionOfType(AwsException.class).isThrownBy(() -> PlacementTags.rules(Map.of(key, value)))
                .satisfies(e -> assertThat(e.code()).isEqualTo("InvalidParameterValue")).withMessageContaining("kumiki:");
    }
}
