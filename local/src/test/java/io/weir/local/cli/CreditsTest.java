package io.weir.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreditsTest {
    @ParameterizedTest
    @CsvSource({"1,1000000", "0.000001,1", "12.5,12500000", "0.1,100000", "9223372036854.775807,9223372036854775807"})
    void countsExactly(String credits, long micro) {
        assertThat(Credits.toMicro(credits)).isEqualTo(micro);
        assertThat(Credits.toText(micro)).isEqualTo(credits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0000001", "ten", "", "9223372036854.775808"})
    void refusesWhatCannotBeCounted(String credits) {
        assertThatIllegalArgumentException().isThrownBy(() -> Credits.toMicro(credits));
    }

    @Test
    void writesNoExponent() {
        assertThat(Credits.toText(10_000_000)).isEqualTo("10");
        assertThat(Credits.toText(0)).isEqualTo("0");
        assertThat(Credits.toText(-1)).isEqualTo("-0.000001");
    }
}
