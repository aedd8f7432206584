package io.weir.bench.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.bench.ledger.Findings.HotAccount;
import io.weir.bench.ledger.Questions.Answered;
import io.weir.bench.measure.About;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final Findings findings = new Findings();

    @Test
    void comparesMediansOfTurnsWithTheGoals() {
        findings.spread(Ledger.PGBENCH, run(1_000));
        List.of(100, 900, 1_200).forEach(cycles -> findings.spread(Ledger.CORE, run(cycles)));
        findings.hot(Ledger.TOGETHER, new HotAccount(run(800), run(800)));
        findings.hot(Ledger.ALONE, new HotAccount(run(100), run(100)));
        findings.usage(new Answered("by day", times(3), 9_000, 31, 2_048));

        String text = section();

        assertThat(text)
                .contains("≥ 0.8× | 0.90× |")
                .contains("≥ 4× | 8.00× |")
                .contains("| by day | 2.00 | 2.00 | 9.00 | 31 | 2.00 |")
                .contains("100 / 900 / 1,200");
    }

    @Test
    void keepsWhatWasMeasuredWhereAPartFailed() {
        findings.spread(Ledger.HTTP, run(500));
        findings.failed("usage", new IOException("the database\nwas away"));

        String text = section();

        assertThat(text)
                .contains("- *usage* has no figures: the database was away.")
                .contains("| Weir, HTTP | 500 |")
                .contains("≥ 0.8× | – |");
    }

    private String section() {
        var section = new Report(Plan.full(), findings, new About(LocalDate.EPOCH, "machine", "0", "command", 1_024))
                .section();
        assertThat(section.charts()).containsOnlyKeys("bench-ledger-speed.svg", "bench-ledger-usage.svg");
        assertThat(section.markdown()).contains(Map.copyOf(section.charts()).keySet());
        return section.markdown();
    }

    /** So many cycles of 2 ms within a second. */
    private static Run run(int cycles) {
        return new Run(times(cycles), 1, 0, 0.1, 0.2, 0.3);
    }

    private static Histogram times(int number) {
        var times = new Histogram(10_000_000, 3);
        times.recordValueWithCount(2_000, number);
        return times;
    }
}
