package io.weir.bench.ledger;

import io.weir.bench.ledger.Findings.HotAccount;
import io.weir.bench.ledger.Questions.Answered;
import io.weir.bench.measure.About;
import io.weir.bench.report.BarChart;
import io.weir.bench.report.Section;
import io.weir.bench.report.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts findings into words, tables and charts. */
final class Report {
    private static final String IMAGES = "images/";
    private static final double MICROS_PER_MILLI = 1e3;
    private static final double KIBIBYTE = 1024;

    private final Plan plan;
    private final Findings findings;
    private final About about;

    Report(Plan plan, Findings findings, About about) {
        this.plan = plan;
        this.findings = findings;
        this.about = about;
    }

    Section section() {
        var text = new StringBuilder();
        Map<String, String> charts = new LinkedHashMap<>();
        text.append(about.sentence()).append("\n\n");
        lines(text, findings.about(), "**");
        findings.failures().forEach((part, why) -> text.append("- *")
                .append(part)
                .append("* has no figures: ")
                .append(why.strip().replace('\n', ' '))
                .append(".\n"));
        text.append('\n');
        goals(text);
        spread(text);
        hot(text);
        updates(text);
        usage(text);
        charts(text, charts);
        return new Section(text.toString(), charts);
    }

    private static void lines(StringBuilder text, Map<String, String> lines, String mark) {
        lines.forEach((name, line) -> text.append("- ")
                .append(mark)
                .append(name)
                .append(mark)
                .append(": ")
                .append(line)
                .append(".\n"));
    }

    private void goals(StringBuilder text) {
        var table = new Table("", "goal", "here");
        Run core = findings.spread().get(Ledger.CORE);
        Run pgbench = findings.spread().get(Ledger.PGBENCH);
        table.row(
                "cycles/s of the core beside pgbench, spread over accounts",
                "≥ 0.8×",
                core == null || pgbench == null ? "–" : ratio(core.perSecond(), pgbench.perSecond()));
        HotAccount together = findings.hot().get(Ledger.TOGETHER);
        HotAccount alone = findings.hot().get(Ledger.ALONE);
        table.row(
                "reserves and settles of one account, together beside each alone",
                "≥ 4×",
                together == null || alone == null ? "–" : ratio(together.perSecond(), alone.perSecond()));
        double slowest = findings.usage().stream()
                .filter(answered ->
                        answered.name().startsWith("by ") || answered.name().startsWith("the month"))
                .mapToDouble(answered -> answered.micros().getValueAtPercentile(50) / MICROS_PER_MILLI)
                .max()
                .orElse(Double.NaN);
        table.row(
                "the slowest sums of a month of %,d streams, ms".formatted(plan.streams()),
                "well under 1,000",
                Table.figure(slowest));
        text.append(table).append('\n');
    }

    private void spread(StringBuilder text) {
        text.append("### Cycles over %,d accounts%n%n".formatted(plan.accounts()));
        text.append(
                ("A cycle is a reserve, a claim, an update and a settle: four statements, four commits. Everybody took"
                                + " turns, %d of %s s; of the figures below the median turn tells.%n%n")
                        .formatted(plan.rounds(), Table.figure(plan.seconds())));
        var table = new Table(
                "",
                "cycles/s",
                "each turn",
                "p50 ms",
                "p99 ms",
                "CPU µs a cycle: PostgreSQL",
                "metering",
                "the caller",
                "failed");
        findings.spread()
                .forEach((who, run) -> table.row(
                        who,
                        Table.figure(run.perSecond()),
                        findings.turns(who).stream().map(Table::figure).collect(Collectors.joining(" / ")),
                        Table.figure(run.millis(50)),
                        Table.figure(run.millis(99)),
                        Table.figure(run.databaseMicrosEach()),
                        Table.figure(run.meteringMicrosEach()),
                        run.callerCores() < 0 ? "–" : Table.figure(run.callerMicrosEach()),
                        Long.toString(run.failed())));
        text.append(table).append('\n');
        text.append(
                "Metering's jobs (sealing, roll-up, outbox) run beside all of them. The caller of the core is the core"
                        + " itself.\n\n");
        var steps = new Table("Of a cycle", "reserve p50 / p99 ms", "claim", "update", "settle");
        findings.steps().forEach((who, runs) -> {
            String[] cells = new String[1 + runs.size()];
            cells[0] = who;
            int cell = 1;
            for (Run run : runs.values()) {
                cells[cell++] = Table.figure(run.millis(50)) + " / " + Table.figure(run.millis(99));
            }
            steps.row(cells);
        });
        text.append(steps).append('\n');
    }

    private void hot(StringBuilder text) {
        text.append("### One account, %d callers%n%n".formatted(plan.hotCallers()));
        text.append(
                ("%,d reserves, and later as many settles, through the core: with those of the account committed together,"
                                + " and with that switched off.%n%n")
                        .formatted(plan.hotHolds()));
        var table = new Table(
                "",
                "reserves/s",
                "settles/s",
                "both, a second",
                "reserve p50 / p99 ms",
                "settle p50 / p99 ms",
                "CPU µs of PostgreSQL for both",
                "failed");
        findings.hot()
                .forEach((who, account) -> table.row(
                        who,
                        Table.figure(account.reserve().perSecond()),
                        Table.figure(account.settle().perSecond()),
                        Table.figure(account.perSecond()),
                        times(account.reserve()),
                        times(account.settle()),
                        Table.figure(account.databaseMicrosEach()),
                        Long.toString(
                                account.reserve().failed() + account.settle().failed())));
        text.append(table).append('\n');
    }

    private void updates(StringBuilder text) {
        text.append("### Updates of %,d holds in one call, over HTTP%n%n".formatted(plan.batch()));
        var table = new Table(
                "", "calls/s", "holds/s", "p50 ms", "p99 ms", "CPU µs a hold: PostgreSQL", "metering", "failed");
        findings.updates()
                .forEach((what, run) -> table.row(
                        what,
                        Table.figure(run.perSecond()),
                        Table.figure(run.perSecond() * plan.batch()),
                        Table.figure(run.millis(50)),
                        Table.figure(run.millis(99)),
                        Table.figure(run.databaseMicrosEach() / plan.batch()),
                        Table.figure(run.meteringMicrosEach() / plan.batch()),
                        Long.toString(run.failed())));
        text.append(table).append('\n');
    }

    private void usage(StringBuilder text) {
        text.append("### A month of %,d streams of one account%n%n".formatted(plan.streams()));
        text.append(
                "Over HTTP and as CSV, read to the end. The month is written by one statement a table; the rows of usage"
                        + " come from metering's own roll-up.\n\n");
        var table = new Table("", "p50 ms", "slowest ms", "the first time ms", "rows", "KiB");
        for (Answered answered : findings.usage()) {
            table.row(
                    answered.name(),
                    Table.figure(answered.micros().getValueAtPercentile(50) / MICROS_PER_MILLI),
                    Table.figure(answered.micros().getMaxValue() / MICROS_PER_MILLI),
                    Table.figure(answered.firstMicros() / MICROS_PER_MILLI),
                    "%,d".formatted(answered.rows()),
                    Table.figure(answered.bytes() / KIBIBYTE));
        }
        text.append(table).append('\n');
    }

    private void charts(StringBuilder text, Map<String, String> charts) {
        var speed = new BarChart("Cycles, and reserves with settles, a second (longer is better)");
        speed.group(new BarChart.Group(
                "cycles over %,d accounts".formatted(plan.accounts()),
                findings.spread().entrySet().stream()
                        .map(run ->
                                new BarChart.Bar(run.getKey(), run.getValue().perSecond()))
                        .toList()));
        speed.group(new BarChart.Group(
                "one account, %d callers".formatted(plan.hotCallers()),
                findings.hot().entrySet().stream()
                        .map(account -> new BarChart.Bar(
                                account.getKey(), account.getValue().perSecond()))
                        .toList()));
        add(text, charts, "bench-ledger-speed.svg", "Cycles a second", speed);
        var usage = new BarChart("Usage of a month of %,d streams, ms (shorter is better)".formatted(plan.streams()));
        List<BarChart.Bar> bars = findings.usage().stream()
                .filter(answered -> !answered.name().startsWith("CSV"))
                .map(answered -> new BarChart.Bar(
                        answered.name(), answered.micros().getValueAtPercentile(50) / MICROS_PER_MILLI))
                .toList();
        usage.group(new BarChart.Group("median", bars));
        add(text, charts, "bench-ledger-usage.svg", "Usage queries", usage);
    }

    private static void add(StringBuilder text, Map<String, String> charts, String file, String what, BarChart chart) {
        text.append("![%s](%s%s)%n%n".formatted(what, IMAGES, file));
        charts.put(file, chart.toString());
    }

    private static String times(Run run) {
        return Table.figure(run.millis(50)) + " / " + Table.figure(run.millis(99));
    }

    private static String ratio(double one, double other) {
        return Table.figure(one / other) + "×";
    }
}
