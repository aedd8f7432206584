package io.weir.bench.report;

import java.util.Map;

/**
 * A scenario's part of the page.
 *
 * @param markdown its text, with no heading above the third level
 * @param charts SVG texts by file name
 */
public record Section(String markdown, Map<String, String> charts) {
    /** Copies the charts. */
    public Section {
        charts = Map.copyOf(charts);
    }
}
