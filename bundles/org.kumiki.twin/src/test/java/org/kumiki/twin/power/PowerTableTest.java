package org.kumiki.twin.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PowerTableTest {

    @Test
    void isLinearBetweenWhatWasMeasured() {
        assertThat(PowerTable.ML110_G5.watts(0)).isEqualTo(93.7);
        assertThat(PowerTable.ML110_G5.watts(1)).isEqualTo(135);
        assertThat(PowerTable.ML110_G5.watts(0.5)).isCloseTo(116, within(1e-9));
        assertThat(PowerTable.ML110_G4.watts(0.25)).isCloseTo((92.6 + 96) / 2, within(1e-9));
    }

    @Test
    void refusesWhatIsNoLoadAndNoTable() {
        assertThatThrownBy(() -> PowerTable.ML110_G4.watts(1.01)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PowerTable.ML110_G4.watts(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PowerTable(1, 2, 3)).hasMessageContaining("eleven");
    }
}
