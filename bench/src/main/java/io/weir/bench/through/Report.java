package io.weir.bench.through;

import io.weir.bench.measure.About;
import io.weir.bench.report.BarChart;
import io.weir.bench.report.PercentileChart;
import io.weir.bench.report.Section;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.Measured;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts findings into words, tables and charts. */
final class Report {
    private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9);
    private static final String IMAGES = "images/";
    private static final double KIBIBYTE = 1024.0;
    private static final String WEIR = "Weir";

    private static final String NOT_HAD = """
            - *LiteLLM* was not measured: a Python service. Its makers' figure: it adds 2 ms at p50 and 8 ms at p95 at 1,170 requests a second, on four machines of four cores.
            - *Portkey* was not measured: its open gateway, 1.15.2 from npm, answers a streamed request for `/v1/responses` with 500 on Node 20.
            - *Bifrost* was not measured: a Go program that its npm package downloads from its makers. Their figure: it adds 59 µs to a request on two cores and 11 µs on four, at 5,000 requests a second.
            """;

    private final Findings findings;
    private final About about;

    Report(Findings findings, About about) {
        this.findings = findings;
        this.about = about;
    }

    Section section() {
        var text = new StringBuilder();
        Map<String, String> charts = new LinkedHashMap<>();
        text.append(about.sentence()).append("\n\n");
        findings.chains().forEach((chain, how) -> text.append("- **")
                .append(chain)
                .append("**: ")
                .append(how)
                .append(".\n"));
        text.append(NOT_HAD).append('\n');
        findings.figures().forEach((load, figures) -> load(text, load, figures));
        ratios(text);
        charts(text, charts);
        return new Section(text.toString(), charts);
    }

    private void load(StringBuilder text, Load load, Map<String, Figures> figures) {
        text.append("### ").append(load.title()).append("\n\n");
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
                "lost / twice / disordered",
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
                    Table.figure(found.openedBytes() / KIBIBYTE / load.streams()),
                    measured.load().lost() + " / " + measured.load().duplicates() + " / "
                            + measured.load().misordered(),
                    Table.figure(measured.load().cores()) + (measured.load().loopCores() > 0.9 ? " (its limit)" : ""));
        });
        text.append(table).append('\n');
        findings.failures(load).forEach((chain, why) -> text.append(chain)
                .append(" did not carry this load: ")
                .append(why)
                .append("\n\n"));
    }

    private void ratios(StringBuilder text) {
        text.append("### Weir in relation to the others\n\n");
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
                            ratio(
                                    weir.measured().latencyMillis(50),
                                    other.measured().latencyMillis(50)),
                            ratio(
                                    weir.measured().latencyMillis(99),
                                    other.measured().latencyMillis(99)),
                            ratio(
                                    weir.measured().deliveriesPerSecond(),
                                    other.measured().deliveriesPerSecond()),
                            other.measured().cpuSeconds() == 0
                                    ? "–"
                                    : ratio(
                                            weir.measured().cpuMicrosPerDelivery(),
                                            other.measured().cpuMicrosPerDelivery()));
                }
            });
        });
        text.append(table).append('\n');
    }

    private static String ratio(double weir, double other) {
        return Table.figure(weir / other) + "×";
    }

    private void charts(StringBuilder text, Map<String, String> charts) {
        var cpu = new BarChart("CPU of the hops per token, µs (shorter is better)");
        findings.figures()
                .forEach((load, figures) -> cpu.group(new BarChart.Group(
                        load.title(),
                        figures.values().stream()
                                .map(Figures::measured)
                                .filter(measured -> measured.cpuSeconds() > 0)
                                .map(measured -> new BarChart.Bar(measured.peer(), measured.cpuMicrosPerDelivery()))
                                .toList())));
        add(text, charts, "bench-through-cpu.svg", "CPU per token", cpu.toString());
        int number = 0;
        for (Map.Entry<Load, Map<String, Figures>> load : findings.figures().entrySet()) {
            String title = "Latency, " + load.getKey().title();
            var chart = new PercentileChart(title, PERCENTILES);
            load.getValue()
                    .forEach((chain, found) -> chart.line(new PercentileChart.Line(
                            chain,
                            PERCENTILES.stream()
                                    .map(found.measured()::latencyMillis)
                                    .toList())));
            add(text, charts, "bench-through-latency-" + ++number + ".svg", title, chart.toString());
        }
    }

    private static void add(StringBuilder text, Map<String, String> charts, String file, String what, String chart) {
        text.append("![%s](%s%s)%n%n".formatted(what, IMAGES, file));
        charts.put(file, chart);
    }
}
