package io.weir.bench.scenario;

import io.weir.bench.report.PercentileChart;
import io.weir.bench.report.SectionText;
import io.weir.bench.report.Table;
import java.util.Collection;
import java.util.List;

/** How latencies and ratios look on the page. */
public final class Latencies {
    private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9);

    private Latencies() {}

    /** Adds a chart of them by percentile, a line a server. */
    public static void chart(SectionText text, String file, String load, Collection<Measured> measured) {
        String title = "Latency, " + load;
        var chart = new PercentileChart(title, PERCENTILES);
        measured.forEach(one -> chart.line(new PercentileChart.Line(
                one.peer(), PERCENTILES.stream().map(one::latencyMillis).toList())));
        text.chart(file, title, chart);
    }

    /** One in relation to another. */
    public static String ratio(double one, double other) {
        return Table.figure(one / other) + "×";
    }
}
