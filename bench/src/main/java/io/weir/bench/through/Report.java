package io.weir.bench.through;

import io.weir.bench.measure.About;
import io.weir.bench.peer.NoChain;
import io.weir.bench.report.BarChart;
import io.weir.bench.report.Section;
import io.weir.bench.report.SectionText;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.Latencies;
import io.weir.bench.scenario.Measured;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Puts findings into words, tables and charts. */
final class Report {
    private static final double KIBIBYTE = 1024.0;
    /** Below this the memory of a stream is lost in that of the servers. */
    private static final int LEAST_STREAMS = 50;

    private static final String WEIR = "Weir";

    private final Findings findings;
    private final About about;

    Report(Findings findings, About about) {
        this.findings = findings;
        this.about = about;
    }

    Section section() {
        var text = new SectionText().paragraph(about.sentence());
        findings.roster().write(text);
        findings.figures().forEach((load, figures) -> load(text, load, figures));
        added(text);
        stops(text);
        most(text);
        ratios(text);
        charts(text);
        return text.section();
    }

    private void load(SectionText text, Load load, Map<String, Figures> figures) {
        text.heading(load.title());
        var table = new Table(
                "",
                "tokens/s",
                "p50 ms",
                "p90 ms",
                "p99 ms",
                "p99.9 ms",
                "first token p50 / p99 ms",
                "CPU µs a token: hops",
                "all",
                "KiB a stream",
                "not arrived / twice / disordered",
                "generator cores");
        figures.forEach((chain, found) -> {
            Measured measured = found.measured();
            table.row(
                    chain,
                    Table.figure(measured.deliveriesPerSecond()),
                    Table.figure(measured.latencyMillis(50)),
                    Table.figure(measured.latencyMillis(90)),
                    Table.figure(measured.latencyMillis(99)),
                    Table.figure(measured.latencyMillis(99.9)),
                    Table.figure(found.firstTokenMillis(50)) + " / " + Table.figure(found.firstTokenMillis(99)),
                    Table.figure(measured.cpuMicrosPerDelivery()),
                    Table.figure(measured.wholeCpuMicrosPerDelivery()),
                    load.streams() < LEAST_STREAMS
                            ? "–"
                            : Table.figure(found.openedBytes() / KIBIBYTE / load.streams()),
                    measured.load().lost() + " / " + measured.load().duplicates() + " / "
                            + measured.load().misordered(),
                    Table.figure(measured.load().cores()) + (measured.load().loopCores() > 0.9 ? " (its limit)" : ""));
        });
        text.table(table);
        findings.failures(load).forEach((chain, why) -> text.paragraph(chain + " " + why + "."));
    }

    /** Differences to bare sockets: what the generator, two sockets and the kernel take is in both. */
    private void added(SectionText text) {
        text.heading("What the hops add to bare sockets");
        text.paragraph(
                "Per token, to the first byte (the agent's first write brings its first token too), and to the time"
                        + " between two tokens of an answer; p50 / p99 in milliseconds.");
        var table = new Table("", "hops", "per token", "first byte", "between tokens");
        findings.figures().forEach((load, figures) -> {
            Figures bare = figures.get(NoChain.NAME);
            figures.forEach((chain, found) -> {
                if (bare != null && !chain.equals(NoChain.NAME)) {
                    table.row(
                            load.title(),
                            chain,
                            difference(found.measured()::latencyMillis, bare.measured()::latencyMillis),
                            difference(found::firstTokenMillis, bare::firstTokenMillis),
                            difference(found.measured()::gapMillis, bare.measured()::gapMillis));
                }
            });
        });
        text.table(table);
    }

    private static String difference(DoubleUnaryOperator hops, DoubleUnaryOperator bare) {
        return Table.figure(hops.applyAsDouble(50) - bare.applyAsDouble(50)) + " / "
                + Table.figure(hops.applyAsDouble(99) - bare.applyAsDouble(99));
    }

    private void stops(SectionText text) {
        text.heading("From a stop to the agent's closed socket");
        text.paragraph(
                "Weir is told by `DELETE /api/streams/{id}`, the others by the reader's closed socket; all answers go on"
                        + " meanwhile.");
        var table = new Table("", "stops", "p50 ms", "p99 ms", "not within 10 s");
        findings.stops()
                .forEach((chain, result) -> table.row(
                        chain,
                        Integer.toString(result.stops()),
                        Table.figure(result.millis(50)),
                        Table.figure(result.millis(99)),
                        Integer.toString(result.never())));
        text.table(table);
    }

    private void most(SectionText text) {
        text.heading("The most that came through");
        Map<String, Double> most = new LinkedHashMap<>();
        findings.figures()
                .forEach((load, figures) -> figures.forEach(
                        (chain, found) -> most.merge(chain, found.measured().deliveriesPerSecond(), Math::max)));
        double weir = most.getOrDefault(WEIR, Double.NaN);
        var table = new Table("", "tokens/s, under the load where it was most", "Weir beside it");
        most.forEach((chain, tokens) -> table.row(chain, Table.figure(tokens), Latencies.ratio(weir, tokens)));
        text.table(table);
    }

    private void ratios(SectionText text) {
        text.heading("Weir in relation to the others");
        var table = new Table("", "beside", "p50", "p99", "tokens/s", "CPU of the hops");
        findings.figures().forEach((load, figures) -> {
            Figures weir = figures.get(WEIR);
            if (weir == null) {
                return;
            }
            figures.forEach((chain, other) -> {
                if (!chain.equals(WEIR)) {
                    table.row(
                            load.title(),
                            chain,
                            Latencies.ratio(
                                    weir.measured().latencyMillis(50),
                                    other.measured().latencyMillis(50)),
                            Latencies.ratio(
                                    weir.measured().latencyMillis(99),
                                    other.measured().latencyMillis(99)),
                            Latencies.ratio(
                                    weir.measured().deliveriesPerSecond(),
                                    other.measured().deliveriesPerSecond()),
                            other.measured().cpuSeconds() == 0
                                    ? "–"
                                    : Latencies.ratio(
                                            weir.measured().cpuMicrosPerDelivery(),
                                            other.measured().cpuMicrosPerDelivery()));
                }
            });
        });
        text.table(table);
    }

    private void charts(SectionText text) {
        var cpu = new BarChart("CPU of the hops per token, µs (shorter is better)");
        findings.figures()
                .forEach((load, figures) -> cpu.group(new BarChart.Group(
                        load.title(),
                        figures.values().stream()
                                .map(Figures::measured)
                                .filter(measured -> measured.cpuSeconds() > 0)
                                .map(measured -> new BarChart.Bar(measured.peer(), measured.cpuMicrosPerDelivery()))
                                .toList())));
        text.chart("bench-through-cpu.svg", "CPU per token", cpu);
        int number = 0;
        for (Map.Entry<Load, Map<String, Figures>> load : findings.figures().entrySet()) {
            Latencies.chart(
                    text,
                    "bench-through-latency-" + ++number + ".svg",
                    load.getKey().title(),
                    load.getValue().values().stream().map(Figures::measured).toList());
        }
    }
}
