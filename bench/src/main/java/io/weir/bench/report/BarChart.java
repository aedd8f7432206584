package io.weir.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Horizontal bars in groups, one bar a peer, with the figure at its end; SVG. Short is good. */
public final class BarChart {
    private static final int WIDTH = 760;
    private static final int LABELS = 210;
    private static final int BAR = 18;
    private static final int GAP = 26;
    private static final int FIGURES = 90;
    private static final int TOP = 44;

    private final String title;
    private final List<Group> groups = new ArrayList<>();

    /**
     * Bars that belong together.
     *
     * @param name what they show
     * @param bars in the order in which they are drawn
     */
    public record Group(String name, List<Bar> bars) {
        /** Copies the bars. */
        public Group {
            bars = List.copyOf(bars);
        }
    }

    /**
     * A bar.
     *
     * @param name the peer's name; those that begin with Weir are drawn in its colour
     * @param value its length
     */
    public record Bar(String name, double value) {}

    /** A chart with this title; say the unit in it. */
    public BarChart(String title) {
        this.title = title;
    }

    /** Adds a group. */
    public BarChart group(Group group) {
        groups.add(group);
        return this;
    }

    @Override
    public String toString() {
        double longest = groups.stream()
                .flatMap(group -> group.bars().stream())
                .mapToDouble(Bar::value)
                .max()
                .orElse(1);
        var body = new StringBuilder();
        int y = TOP;
        for (Group group : groups) {
            Svg.text(body, 12, y + 13, "start", "bold", group.name());
            y += GAP;
            for (Bar bar : group.bars()) {
                double width = (WIDTH - LABELS - FIGURES) * bar.value() / longest;
                Svg.text(body, LABELS - 8, y + 13, "end", "normal", bar.name());
                body.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>%n",
                        LABELS,
                        y,
                        Math.max(1, width),
                        BAR - 3,
                        Svg.colour(bar.name())));
                Svg.text(body, LABELS + (int) width + 8, y + 13, "start", "normal", Table.figure(bar.value()));
                y += BAR;
            }
            y += 10;
        }
        return Svg.document(WIDTH, y + 8, title, body);
    }
}
