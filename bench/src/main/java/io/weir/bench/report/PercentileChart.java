package io.weir.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Latency by percentile, one line a peer, logarithmic in milliseconds; SVG. */
public final class PercentileChart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 330;
    private static final int LEFT = 62;
    private static final int RIGHT = 200;
    private static final int TOP = 50;
    private static final int BOTTOM = 40;
    private static final int LABEL_HEIGHT = 15;

    private final String title;
    private final List<Double> percentiles;
    private final List<Line> lines = new ArrayList<>();

    /**
     * A peer's line.
     *
     * @param name the peer's name
     * @param millis its latency at each percentile
     */
    public record Line(String name, List<Double> millis) {
        /** Copies the values. */
        public Line {
            millis = List.copyOf(millis);
        }
    }

    /** A chart over these percentiles. */
    public PercentileChart(String title, List<Double> percentiles) {
        this.title = title;
        this.percentiles = List.copyOf(percentiles);
    }

    /** Adds a line. */
    public PercentileChart line(Line line) {
        lines.add(line);
        return this;
    }

    @Override
    public String toString() {
        double low = Math.floor(Math.log10(values().min().orElse(1)));
        double high = Math.max(low + 1, Math.ceil(Math.log10(values().max().orElse(10))));
        var body = new StringBuilder();
        for (int decade = (int) low; decade <= (int) high; decade++) {
            double y = y(Math.pow(10, decade), low, high);
            body.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#d0d7de\"/>%n",
                    LEFT,
                    y,
                    WIDTH - RIGHT,
                    y));
            Svg.text(body, LEFT - 6, (int) y + 4, "end", "normal", decadeName(decade));
        }
        for (int i = 0; i < percentiles.size(); i++) {
            String name = "p" + String.valueOf(percentiles.get(i)).replaceAll("\\.0$", "");
            Svg.text(body, (int) x(i), HEIGHT - BOTTOM + 20, "middle", "normal", name);
        }
        lines.forEach(line -> draw(body, line, low, high));
        label(body, low, high);
        return Svg.document(WIDTH, HEIGHT, title, body);
    }

    private DoubleStream values() {
        return lines.stream()
                .flatMap(line -> line.millis().stream())
                .mapToDouble(value -> Math.max(0.01, value))
                .filter(Double::isFinite);
    }

    private void draw(StringBuilder body, Line line, double low, double high) {
        var points = new StringBuilder();
        for (int i = 0; i < line.millis().size(); i++) {
            points.append(String.format(
                    Locale.ROOT, "%.1f,%.1f ", x(i), y(line.millis().get(i), low, high)));
        }
        body.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"")
                .append(Svg.colour(line.name()))
                .append("\" points=\"")
                .append(points.toString().strip())
                .append("\"/>\n");
    }

    /** Names at the ends of the lines, moved apart where they would overlap. */
    private void label(StringBuilder body, double low, double high) {
        List<Line> sorted = lines.stream()
                .sorted((a, b) ->
                        Double.compare(b.millis().getLast(), a.millis().getLast()))
                .toList();
        double next = 0;
        for (Line line : sorted) {
            double y = Math.max(next, y(line.millis().getLast(), low, high));
            next = y + LABEL_HEIGHT;
            body.append("<g fill=\"").append(Svg.colour(line.name())).append("\">");
            Svg.plain(body, WIDTH - RIGHT + 8, (int) y + 4, line.name());
            body.append("</g>\n");
        }
    }

    private double x(int index) {
        return LEFT + 20 + (double) index * (WIDTH - RIGHT - LEFT - 30) / Math.max(1, percentiles.size() - 1);
    }

    /** What never came is drawn at the upper edge. */
    private static double y(double millis, double low, double high) {
        if (Double.isInfinite(millis)) {
            return TOP;
        }
        double part = (Math.log10(Math.max(0.01, millis)) - low) / (high - low);
        return HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP);
    }

    private static String decadeName(int decade) {
        return decade >= 3
                ? Table.figure(Math.pow(10, decade - 3)).replaceAll("\\.0+$", "") + " s"
                : String.valueOf(Math.pow(10, decade)).replaceAll("\\.0$", "") + " ms";
    }
}
