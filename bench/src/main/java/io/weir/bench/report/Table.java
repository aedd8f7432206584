package io.weir.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Markdown table: names on the left, figures on the right. */
public final class Table {
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these columns. */
    public Table(String... columns) {
        this.columns = List.of(columns);
    }

    /** Adds a row. */
    public Table row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException("cells=" + cells.length + " columns=" + columns.size());
        }
        rows.add(List.of(cells));
        return this;
    }

    /** A figure with three significant digits, as people read it. */
    public static String figure(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isInfinite(value) ? "∞" : "–";
        }
        if (size >= 1000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        line(text, columns);
        text.append("|---|").append("---:|".repeat(columns.size() - 1)).append('\n');
        rows.forEach(row -> line(text, row));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
