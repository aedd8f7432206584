package io.weir.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** A scenario's part of the page while it is put together. */
public final class SectionText {
    private static final String IMAGES = "images/";

    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> charts = new LinkedHashMap<>();

    /** Adds a paragraph. */
    public SectionText paragraph(String words) {
        text.append(words).append("\n\n");
        return this;
    }

    /** Adds an item of a list. */
    public SectionText item(String words) {
        text.append("- ").append(words).append(".\n");
        return this;
    }

    /** Ends a list. */
    public SectionText end() {
        text.append('\n');
        return this;
    }

    /** Begins a part. */
    public SectionText heading(String words) {
        text.append("### ").append(words).append("\n\n");
        return this;
    }

    /** Adds a table. */
    public SectionText table(Table table) {
        text.append(table).append('\n');
        return this;
    }

    /** Adds a chart: the file that it is written to, what it shows, its SVG. */
    public SectionText chart(String file, String what, Object chart) {
        text.append("![%s](%s%s)%n%n".formatted(what, IMAGES, file));
        charts.put(file, chart.toString());
        return this;
    }

    /** All of it. */
    public Section section() {
        return new Section(text.toString(), charts);
    }
}
