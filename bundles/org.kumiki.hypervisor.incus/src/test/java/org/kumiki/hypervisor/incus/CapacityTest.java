package org.kumiki.hypervisor.incus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.Resources;

class CapacityTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode instance(int status, String cpu, String memory) {
        var instance = JSON.createObjectNode().put("status_code", status);
        instance.putObject("expanded_config").put("limits.cpu", cpu).put("limits.memory", memory);
        instance.putObject("state").putObject("memory").put("usage", 7L << 20);
        return instance;
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = { "4, 4", "0-3, 4", "'0,2,5-6', 4", "'', 1", "9-1, 1", "x, 1" })
    void cpusOfOthersAreANumberOrAList(String limit, int cpus) {
        assertThat(Capacity.taken(instance(103, limit, "1GiB"), 1_000).cpus()).isEqualTo(cpus);
    }

    @ParameterizedTest
    @CsvSource({ "512MiB, 512", "1GB, 953", "2GiB, 2048", "50%, 500", "1073741824, 1024", "'', 7", "much, 7", "999999999999999TiB, 8796093022207" })
    void memoryOfOthersIsALimitOrAShareOrElseWhatTheyUse(String limit, long mebibytes) {
        assertThat(Capacity.taken(instance(103, "1", limit), 1_000).memoryMiB()).isEqualTo(mebibytes);
    }

    @Test
    void whatIsOffTakesNothing() {
        assertThat(Capacity.taken(instance(102, "4", "1GiB"), 1_000)).isEqualTo(Resources.NONE);
    }

    @Test
    void guestsMayTakeWhatIsLeft() throws IOException {
        JsonNode resources = JSON.readTree("{\"cpu\": {\"total\": 2}, \"memory\": {\"total\": 8589934592}}");
        JsonNode pool = JSON.readTree("{\"space\": {\"total\": 10737418240}}");

        assertThat(Capacity.of(resources, pool, new Resources(3, 1_024, 0, 0), ContainersTest.SETTINGS))
                .isEqualTo(new Resources(13, 3_072, 10_240, 1_000));
        assertThat(Capacity.of(resources, pool, new Resources(99, 1 << 20, 0, 0), ContainersTest.SETTINGS).memoryMiB()).isEqualTo(1);
    }
}
