package io.weir.edge.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairShareTest {
    private final FairShare<String> share = new FairShare<>(10, 8);

    private int enter(String key, int times) {
        return (int) IntStream.range(0, times).filter(_ -> share.enter(key)).count();
    }

    @Test
    void letsOneHaveItAllWhileNobodyElseIsThere() {
        assertThat(enter("flood", 20)).isEqualTo(10);
    }

    @Test
    void keepsWhatIsTightForThoseWithLess() {
        assertThat(enter("flood", 8)).isEqualTo(8);
        assertThat(enter("a", 1)).isEqualTo(1);
        assertThat(enter("flood", 5)).as("two share: five each").isZero();
        assertThat(enter("b", 5)).isEqualTo(1);
        assertThat(share.total()).isEqualTo(10);
        assertThat(enter("c", 1)).as("at the limit").isZero();
    }

    @Test
    void givesBackWhatLeaves() {
        enter("a", 9);
        IntStream.range(0, 9).forEach(_ -> share.leave("a"));
        assertThat(share.total()).isZero();
        assertThat(enter("b", 1)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,127.0.0.1",
        "2001:db8:1:2:3:4:5:6,20010db800010002",
        "2001:db8:1:2::9,20010db800010002",
        "2001:db8:1:3::9,20010db800010003"
    })
    void chargesANetworkOfIpv6AsOne(String host, String network) {
        assertThat(Addresses.network(host)).isEqualTo(network);
    }
}
