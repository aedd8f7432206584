package io.weir.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IncarnationTest {
    @Test
    void ascendsWithTheStartsOfProcesses() {
        assertThat(Incarnation.id(999_999_999_999L))
                .isLessThan(Incarnation.id(1_000_000_000_000L))
                .isNotEqualTo(Incarnation.id(999_999_999_999L));
    }
}
