package io.weir.bench.growth;

import io.weir.bench.measure.About;
import io.weir.bench.peer.Chain;
import io.weir.bench.peer.Contender.Availability.Missing;
import io.weir.bench.peer.Contender.Availability.Ready;
import io.weir.bench.peer.NginxHop;
import io.weir.bench.peer.ProxyChain;
import io.weir.bench.peer.RunningChain;
import io.weir.bench.peer.WeirChain;
import io.weir.bench.peer.Workshop;
import io.weir.bench.report.BarChart;
import io.weir.bench.report.Section;
import io.weir.bench.report.SectionText;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.ChainTrials;
import io.weir.bench.scenario.Latencies;
import io.weir.bench.scenario.Measured;
import io.weir.bench.scenario.Roster;
import io.weir.bench.scenario.Scenario;
import io.weir.bench.scenario.Trial;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** More and more streams with the same tokens a second in all: what a token costs should stay the same. */
public final class Growth implements Scenario {
    private static final double KIBIBYTE = 1024.0;
    private static final int COMPARED = 100;
    private static final double SETTLE_SECONDS = 2;

    private final Workshop workshop;
    private final Step.Plan plan;
    private final String command;
    private final Roster roster = new Roster();
    private final List<Row> rows = new ArrayList<>();

    /**
     * The scenario.
     *
     * @param brief fewer streams and shorter parts
     */
    public Growth(Workshop workshop, boolean brief) {
        this.workshop = workshop;
        this.plan = brief ? Step.Plan.brief() : Step.Plan.full();
        this.command = brief ? "./weir bench growth --short" : "./weir bench growth";
    }

    private record Row(Step step, Measured measured, long openedBytes) {}

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public Section run(Progress progress) throws Exception {
        About about = About.now(command);
        for (Chain chain : List.of(new WeirChain(workshop), new ProxyChain(workshop, new NginxHop(workshop), 2))) {
            switch (chain.prepare()) {
                case Ready(String version) -> {
                    roster.measured(chain.name(), version + "; " + chain.configuration());
                    try (RunningChain running = chain.start()) {
                        measure(chain.name(), running, progress);
                    } catch (IOException | IllegalStateException e) {
                        roster.missing(chain.name() + " to the end", String.valueOf(e.getMessage()));
                        progress.says(chain.name() + ": " + e.getMessage());
                    }
                }
                case Missing(String why) -> roster.missing(chain.name(), why);
            }
        }
        return section(about);
    }

    private void measure(String chain, RunningChain running, Progress progress)
            throws IOException, InterruptedException {
        try (var trials = new ChainTrials(chain, running)) {
            plan.warmUp().run(chain, trials, progress);
            for (Step step : plan.steps()) {
                measure(chain, running, trials, step, progress);
            }
        }
        running.audit().check();
    }

    private void measure(String chain, RunningChain running, ChainTrials trials, Step step, Progress progress)
            throws IOException, InterruptedException {
        long before = running.hops().read().memoryBytes();
        try (Trial trial = trials.connect(step.streams(), step.opensPerSecond())) {
            long opened = running.hops().read().memoryBytes() - before;
            Measured measured = trial.publish(step.rate(), SETTLE_SECONDS, plan.seconds());
            rows.add(new Row(step, measured, opened));
            progress.says("%s, %s: %s µs CPU a token, %s KiB a stream, p50 %s ms, p99 %s ms, %d lost"
                    .formatted(
                            chain,
                            step.title(),
                            Table.figure(measured.cpuMicrosPerDelivery()),
                            Table.figure(opened / KIBIBYTE / step.streams()),
                            Table.figure(measured.latencyMillis(50)),
                            Table.figure(measured.latencyMillis(99)),
                            measured.load().lost()));
        } catch (IOException e) {
            roster.missing(chain + " at " + step.title(), String.valueOf(e.getMessage()));
            progress.says(chain + ", " + step.title() + ": " + e.getMessage());
        }
    }

    private Section section(About about) {
        var text = new SectionText().paragraph(about.sentence());
        roster.write(text);
        var table = new Table(
                "",
                "streams",
                "tokens/s",
                "CPU µs a token: hops",
                "beside that at " + COMPARED + " streams",
                "all",
                "p50 ms",
                "p99 ms",
                "KiB a stream",
                "not arrived");
        for (Row row : rows) {
            Measured measured = row.measured();
            table.row(
                    measured.peer(),
                    row.step().title(),
                    Table.figure(measured.deliveriesPerSecond()),
                    Table.figure(measured.cpuMicrosPerDelivery()),
                    Latencies.ratio(measured.cpuMicrosPerDelivery(), compared(measured.peer())),
                    Table.figure(measured.wholeCpuMicrosPerDelivery()),
                    Table.figure(measured.latencyMillis(50)),
                    Table.figure(measured.latencyMillis(99)),
                    row.step().streams() < COMPARED
                            ? "–"
                            : Table.figure(
                                    row.openedBytes() / KIBIBYTE / row.step().streams()),
                    Long.toString(measured.load().lost()));
        }
        text.table(table);
        var chart = new BarChart("CPU of the hops per token, µs (the same length is good)");
        plan.steps()
                .forEach(step -> chart.group(new BarChart.Group(
                        step.title(),
                        rows.stream()
                                .filter(row -> row.step().equals(step))
                                .map(row -> new BarChart.Bar(
                                        row.measured().peer(), row.measured().cpuMicrosPerDelivery()))
                                .toList())));
        return text.chart("bench-growth-cpu.svg", "CPU per token with more streams", chart)
                .section();
    }

    private double compared(String peer) {
        return rows.stream()
                .filter(row -> row.step().streams() == COMPARED
                        && row.measured().peer().equals(peer))
                .mapToDouble(row -> row.measured().cpuMicrosPerDelivery())
                .findFirst()
                .orElse(Double.NaN);
    }
}
