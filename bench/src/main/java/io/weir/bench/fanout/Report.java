package io.weir.bench.fanout;

import io.weir.bench.load.LoadResult;
import io.weir.bench.measure.About;
import io.weir.bench.report.BarChart;
import io.weir.bench.report.Section;
import io.weir.bench.report.SectionText;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.Latencies;
import io.weir.bench.scenario.Measured;
import java.util.List;
import java.util.Map;

/** Puts findings into words, tables and charts. */
final class Report {
    private static final double MEBIBYTE = 1024.0 * 1024.0;
    private static final double KIBIBYTE = 1024.0;

    private final Doses doses;
    private final Findings findings;
    private final About about;

    Report(Doses doses, Findings findings, About about) {
        this.doses = doses;
        this.findings = findings;
        this.about = about;
    }

    static String oneTopic(Doses doses, int rate) {
        return "1 → %,d at %d msg/s".formatted(doses.subscribers(), rate);
    }

    static String manyTopics(Doses doses) {
        return "%d topics × %d at %d msg/s each"
                .formatted(doses.topics(), doses.subscribersPerTopic(), doses.topicRate());
    }

    static String amongIdle(Doses doses) {
        return "%,d active at %d msg/s among %,d idle".formatted(doses.active(), doses.topicRate(), doses.idle());
    }

    Section section() {
        var text = new SectionText().paragraph(about.sentence());
        findings.roster().write(text);
        findings.loads().forEach((load, figures) -> load(text, load, figures));
        ratios(text);
        idle(text);
        charts(text);
        return text.section();
    }

    private static void load(SectionText text, String load, List<Measured> figures) {
        text.heading(load);
        var table = new Table(
                "",
                "deliveries/s",
                "p50 ms",
                "p90 ms",
                "p99 ms",
                "p99.9 ms",
                "CPU µs each",
                "cores",
                "memory MiB",
                "texts/frame",
                "not within 10 s / twice / disordered",
                "generator cores");
        for (Measured measured : figures) {
            LoadResult seen = measured.load();
            table.row(
                    measured.peer(),
                    Table.figure(measured.deliveriesPerSecond()),
                    Table.figure(measured.latencyMillis(50)),
                    Table.figure(measured.latencyMillis(90)),
                    Table.figure(measured.latencyMillis(99)),
                    Table.figure(measured.latencyMillis(99.9)),
                    Table.figure(measured.cpuMicrosPerDelivery()),
                    Table.figure(measured.cores()),
                    Table.figure(measured.memoryBytes() / MEBIBYTE),
                    Table.figure((double) seen.deliveries() / Math.max(1, seen.frames())),
                    seen.lost() + " / " + seen.duplicates() + " / " + seen.misordered(),
                    Table.figure(seen.cores()) + (seen.loopCores() > 0.9 ? " (its limit)" : ""));
        }
        text.table(table);
    }

    private void ratios(SectionText text) {
        text.heading("Weir in relation to its peers");
        var table = new Table("", "peer", "CPU per delivery", "p50", "p99");
        findings.loads().forEach((load, figures) -> {
            for (Measured weir : figures.stream().filter(Report::isWeir).toList()) {
                for (Measured peer : figures.stream().filter(m -> !isWeir(m)).toList()) {
                    table.row(
                            load + ": " + weir.peer(),
                            peer.peer(),
                            Latencies.ratio(weir.cpuMicrosPerDelivery(), peer.cpuMicrosPerDelivery()),
                            Latencies.ratio(weir.latencyMillis(50), peer.latencyMillis(50)),
                            Latencies.ratio(weir.latencyMillis(99), peer.latencyMillis(99)));
                }
            }
        });
        text.table(table);
    }

    private static boolean isWeir(Measured measured) {
        return measured.peer().startsWith("Weir");
    }

    private void idle(SectionText text) {
        text.heading("%,d idle subscribers".formatted(doses.idle()));
        text.paragraph("Two to a topic. A process may have %,d descriptors here.".formatted(about.descriptors()));
        var table = new Table("", "memory before MiB", "with them MiB", "KiB each", "of which live heap KiB");
        for (Idle idle : findings.idle()) {
            table.row(
                    idle.peer(),
                    Table.figure(idle.before().residentBytes() / MEBIBYTE),
                    Table.figure(idle.after().residentBytes() / MEBIBYTE),
                    Table.figure(idle.residentBytesEach() / KIBIBYTE),
                    Table.figure(idle.heapBytesEach() / KIBIBYTE));
        }
        text.table(table);
    }

    private void charts(SectionText text) {
        var cpu = new BarChart("CPU per delivery, µs (shorter is better)");
        findings.loads()
                .forEach((load, figures) -> cpu.group(new BarChart.Group(
                        load,
                        figures.stream()
                                .map(m -> new BarChart.Bar(m.peer(), m.cpuMicrosPerDelivery()))
                                .toList())));
        text.chart("bench-fanout-cpu.svg", "CPU per delivery", cpu);
        int number = 0;
        for (Map.Entry<String, List<Measured>> load : findings.loads().entrySet()) {
            Latencies.chart(text, "bench-fanout-latency-" + ++number + ".svg", load.getKey(), load.getValue());
        }
        var memory = new BarChart("Memory per idle subscriber, KiB (shorter is better)")
                .group(new BarChart.Group(
                        "%,d sockets".formatted(doses.idle()),
                        findings.idle().stream()
                                .map(idle -> new BarChart.Bar(idle.peer(), idle.residentBytesEach() / KIBIBYTE))
                                .toList()));
        text.chart("bench-fanout-idle.svg", "Memory per idle subscriber", memory);
    }
}
