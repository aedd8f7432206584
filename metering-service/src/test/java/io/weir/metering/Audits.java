package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

/** The audit as an assertion. */
final class Audits {
    private Audits() {}

    static void assertClean(Metering metering) {
        var report = metering.audit();
        assertThat(report.path("invariants")).hasSize(9).allSatisfy(line -> assertThat(
                        line.path("violations").asLong(-1))
                .as(line.toString())
                .isZero());
        assertThat(report.path("overspentEverMicro").asText()).isEqualTo("0");
        assertThat(report.path("chain").has("brokenAt")).as(report.toString()).isFalse();
    }
}
