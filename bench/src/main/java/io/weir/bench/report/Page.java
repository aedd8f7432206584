package io.weir.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The page of all scenarios. Each has its part between two comments that carry its name; writing it replaces that part and
 * nothing else, so whatever people wrote around it stays.
 */
public final class Page {
    private final Path file;
    private final Path charts;

    /**
     * The page.
     *
     * @param file it; must exist
     * @param charts folder beside or below it where its charts are
     */
    public Page(Path file, Path charts) {
        this.file = file;
        this.charts = charts;
    }

    /** Replaces a scenario's part and its charts; a part that is not there yet is added at the end. */
    public void write(String scenario, Section section) throws IOException {
        Files.createDirectories(charts);
        for (Map.Entry<String, String> chart : section.charts().entrySet()) {
            Files.writeString(charts.resolve(chart.getKey()), chart.getValue());
        }
        Files.writeString(file, replaced(Files.readString(file), scenario, section.markdown()));
    }

    static String replaced(String page, String scenario, String text) {
        String begin = "<!-- bench:" + scenario + " begin -->";
        String end = "<!-- bench:" + scenario + " end -->";
        String part = begin + "\n" + text.strip() + "\n" + end;
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 && to < 0) {
            return page.stripTrailing() + "\n\n" + part + "\n";
        }
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("the markers of " + scenario + " are not a pair");
        }
        return page.substring(0, from) + part + page.substring(to + end.length());
    }
}
