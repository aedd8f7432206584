package io.weir.bench.promises;

import io.weir.bench.measure.About;
import io.weir.bench.peer.NoChain;
import io.weir.bench.report.BarChart;
import io.weir.bench.report.Section;
import io.weir.bench.report.SectionText;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.Latencies;
import io.weir.bench.scenario.Roster;
import java.util.List;
import java.util.Optional;

/** Puts promises and what became of them into words, tables and a chart. */
record Report(Plan plan, Roster roster, List<Promise> promises, Optional<Waiting.Both> waiting) {
    private static final double KIBIBYTE = 1024.0;

    Section section(About about) {
        var text = new SectionText().paragraph(about.sentence());
        roster.write(text);
        var table = new Table(
                "",
                "promised ms",
                "p50 ms",
                "p99 ms",
                "kept by 99 of 100",
                "bare p50 ms",
                "bare p99 ms",
                "p50 beside bare",
                "p99 beside bare");
        var chart = new BarChart("p99, ms (shorter is better)");
        for (Promise promise : promises) {
            double weir = promise.weir().latencyMillis(50);
            double bare = promise.bare().latencyMillis(50);
            table.row(
                    promise.what(),
                    Integer.toString(promise.withinMillis()),
                    Table.figure(weir),
                    Table.figure(promise.weir().latencyMillis(99)),
                    promise.isKept() ? "yes" : "no",
                    Table.figure(bare),
                    Table.figure(promise.bare().latencyMillis(99)),
                    Latencies.ratio(weir, bare),
                    Latencies.ratio(
                            promise.weir().latencyMillis(99), promise.bare().latencyMillis(99)));
            chart.group(new BarChart.Group(
                    promise.what(),
                    List.of(
                            new BarChart.Bar("Weir", promise.weir().latencyMillis(99)),
                            new BarChart.Bar(NoChain.NAME, promise.bare().latencyMillis(99)))));
        }
        text.table(table).chart("bench-promises.svg", "Promises", chart);
        waiting.ifPresent(both -> waiting(text, both));
        return text.section();
    }

    private void waiting(SectionText text, Waiting.Both both) {
        text.heading("Streaming beside waiting for the whole");
        text.paragraph("%,d answers of the demo agents at once, %,d tokens each, %,d a second; medians."
                .formatted(plan.answers(), plan.tokens(), plan.rate()));
        var table = new Table("", "first text ms", "whole answer ms", "KiB an answer in edge and gateway");
        row(table, "streamed", both.streamed());
        row(table, "waited for", both.waited());
        table.row(
                "streamed beside waited for",
                Latencies.ratio(both.streamed().firstMillis(), both.waited().firstMillis()),
                Latencies.ratio(both.streamed().wholeMillis(), both.waited().wholeMillis()),
                "–");
        text.table(table);
    }

    private void row(Table table, String how, Waiting.Seen seen) {
        table.row(
                how,
                Table.figure(seen.firstMillis()),
                Table.figure(seen.wholeMillis()),
                Table.figure(seen.grownBytes() / KIBIBYTE / plan.answers()));
    }
}
