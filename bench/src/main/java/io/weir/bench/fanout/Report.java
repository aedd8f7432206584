package io.weir.bench.fanout;

import io.weir.bench.load.LoadResult;
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
    private static final double MEBIBYTE = 1024.0 * 1024.0;
    private static final double KIBIBYTE = 1024.0;

    /** Peers that cannot be had from the registries that a bench may ask, with what their makers have published. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "Centrifugo",
            "a Go program that neither Debian nor npm nor Maven has. Its makers' figure: about 500,000 deliveries a second"
                    + " to a million sockets at a p99 of 200 ms, on 20 processes and about 40 cores with Redis",
            "Supabase Realtime",
            "an Elixir release in a container image. Its makers' figure: 224,000 messages a second to 32,000 users, p50"
                    + " 6 ms, p95 28 ms, p99 213 ms, on a cluster of 2 to 6 nodes");

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

    Section section() {
        var text = new StringBuilder();
        Map<String, String> charts = new LinkedHashMap<>();
        text.append(about.sentence()).append("\n\n");
        peers(text);
        findings.loads().forEach((load, figures) -> load(text, load, figures));
        ratios(text);
        idle(text);
        charts(text, charts);
        return new Section(text.toString(), charts);
    }

    private void peers(StringBuilder text) {
        findings.measured().forEach((peer, configuration) -> text.append("- **")
                .append(peer)
                .append("**: ")
                .append(configuration)
                .append(".\n"));
        findings.missing().forEach((peer, why) -> text.append("- *")
                .append(peer)
                .append("* was not measured: ")
                .append(why)
                .append(".\n"));
        ELSEWHERE.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(peer -> text.append("- *")
                .append(peer.getKey())
                .append("* was not measured: ")
                .append(peer.getValue())
                .append(".\n"));
        text.append('\n');
    }

    private static void load(StringBuilder text, String load, List<Measured> figures) {
        text.append("### ").append(load).append("\n\n");
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
        text.append(table).append('\n');
    }

    private void ratios(StringBuilder text) {
        text.append("### Weir in relation to its peers\n\n");
        var table = new Table("", "peer", "CPU per delivery", "p50", "p99");
        findings.loads().forEach((load, figures) -> {
            for (Measured weir : figures.stream().filter(Report::isWeir).toList()) {
                for (Measured peer : figures.stream().filter(m -> !isWeir(m)).toList()) {
                    table.row(
                            load + ": " + weir.peer(),
                            peer.peer(),
                            ratio(weir.cpuMicrosPerDelivery(), peer.cpuMicrosPerDelivery()),
                            ratio(weir.latencyMillis(50), peer.latencyMillis(50)),
                            ratio(weir.latencyMillis(99), peer.latencyMillis(99)));
                }
            }
        });
        text.append(table).append('\n');
    }

    private static boolean isWeir(Measured measured) {
        return measured.peer().startsWith("Weir");
    }

    private static String ratio(double weir, double peer) {
        return Table.figure(weir / peer) + "×";
    }

    private void idle(StringBuilder text) {
        text.append("### %,d idle subscribers%n%n".formatted(doses.idle()));
        var table = new Table("", "memory before MiB", "with them MiB", "KiB each", "of which live heap KiB");
        for (Idle idle : findings.idle()) {
            table.row(
                    idle.peer(),
                    Table.figure(idle.before().residentBytes() / MEBIBYTE),
                    Table.figure(idle.after().residentBytes() / MEBIBYTE),
                    Table.figure(idle.residentBytesEach() / KIBIBYTE),
                    Table.figure(idle.heapBytesEach() / KIBIBYTE));
        }
        text.append(table).append('\n');
    }

    private void charts(StringBuilder text, Map<String, String> charts) {
        var cpu = new BarChart("CPU per delivery, µs (shorter is better)");
        findings.loads()
                .forEach((load, figures) -> cpu.group(new BarChart.Group(
                        load,
                        figures.stream()
                                .map(m -> new BarChart.Bar(m.peer(), m.cpuMicrosPerDelivery()))
                                .toList())));
        add(text, charts, "bench-fanout-cpu.svg", "CPU per delivery", cpu.toString());
        int number = 0;
        for (Map.Entry<String, List<Measured>> load : findings.loads().entrySet()) {
            var chart = new PercentileChart("Latency, " + load.getKey(), PERCENTILES);
            load.getValue()
                    .forEach(m -> chart.line(new PercentileChart.Line(
                            m.peer(), PERCENTILES.stream().map(m::latencyMillis).toList())));
            add(
                    text,
                    charts,
                    "bench-fanout-latency-" + ++number + ".svg",
                    "Latency, " + load.getKey(),
                    chart.toString());
        }
        var memory = new BarChart("Memory per idle subscriber, KiB (shorter is better)")
                .group(new BarChart.Group(
                        "%,d sockets".formatted(doses.idle()),
                        findings.idle().stream()
                                .map(idle -> new BarChart.Bar(idle.peer(), idle.residentBytesEach() / KIBIBYTE))
                                .toList()));
        add(text, charts, "bench-fanout-idle.svg", "Memory per idle subscriber", memory.toString());
    }

    private static void add(StringBuilder text, Map<String, String> charts, String file, String what, String chart) {
        text.append("![%s](%s%s)%n%n".formatted(what, IMAGES, file));
        charts.put(file, chart);
    }
}
