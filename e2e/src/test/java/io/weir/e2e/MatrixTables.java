package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What was observed, as the tables of {@code docs/reliability.md}, and the same tables as the page has them. With {@code
 * -Dweir.matrix.write=true} the page gets what was observed.
 */
final class MatrixTables {
    private static final Path PAGE = Path.of("..", "docs", "reliability.md");
    private static final String WRITE = "weir.matrix.write";

    private final Map<MatrixCause, Map<MatrixAgent, String>> cells = new EnumMap<>(MatrixCause.class);
    private final Map<String, Map<MatrixOutlook, String>> endings = new TreeMap<>();

    synchronized void put(MatrixStream stream, String cell) {
        cells.computeIfAbsent(stream.cause(), _ -> new EnumMap<>(MatrixAgent.class))
                .put(stream.agent(), cell);
        if (!stream.endings().isEmpty()) {
            endings.putIfAbsent(cell.substring(0, cell.lastIndexOf('`') + 1), stream.endings());
        }
    }

    /** Causes by dialects in. */
    String causes() {
        var lines = new ArrayList<String>();
        lines.add(row(
                "what happens",
                Arrays.stream(MatrixAgent.values()).map(MatrixAgent::title).toList()));
        lines.add("|---".repeat(MatrixAgent.values().length + 1) + "|");
        cells.forEach((cause, row) -> lines.add(row(
                cause.title(),
                Arrays.stream(MatrixAgent.values())
                        .map(agent -> row.getOrDefault(agent, "?"))
                        .toList())));
        return String.join("\n", lines);
    }

    /** Endings by dialects out. */
    String endings() {
        var lines = new ArrayList<String>();
        lines.add(row(
                "reason",
                Arrays.stream(MatrixOutlook.values()).map(MatrixOutlook::title).toList()));
        lines.add("|---".repeat(MatrixOutlook.values().length + 1) + "|");
        endings.forEach((reason, row) -> lines.add(row(
                reason,
                Arrays.stream(MatrixOutlook.values())
                        .map(outlook -> row.getOrDefault(outlook, "?"))
                        .toList())));
        return String.join("\n", lines);
    }

    private static String row(String head, List<String> cells) {
        return "| " + head + " | " + String.join(" | ", cells) + " |";
    }

    /** Reasons that were seen. */
    java.util.Set<String> reasons() {
        return endings.keySet().stream().map(reason -> reason.replace("`", "")).collect(Collectors.toSet());
    }

    /** Writes the page where that was asked for. */
    void writeIfAsked() {
        if (Boolean.getBoolean(WRITE)) {
            String page = read();
            page = replaced(page, "causes", causes());
            page = replaced(page, "endings", endings());
            try {
                Files.writeString(PAGE, page);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String replaced(String page, String name, String table) {
        return section(name)
                .matcher(page)
                .replaceFirst(java.util.regex.Matcher.quoteReplacement(begin(name) + table + "\n" + end(name)));
    }

    /** A table as the page has it. */
    static String kept(String name) {
        var found = section(name).matcher(read());
        if (!found.find()) {
            throw new AssertionError(PAGE + " has no table " + name);
        }
        return found.group(1).strip();
    }

    private static Pattern section(String name) {
        return Pattern.compile(Pattern.quote(begin(name)) + "(.*?)" + Pattern.quote(end(name)), Pattern.DOTALL);
    }

    private static String begin(String name) {
        return "<!-- matrix " + name + ": made by MatrixTest -->\n";
    }

    private static String end(String name) {
        return "<!-- end of matrix " + name + " -->";
    }

    private static String read() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
