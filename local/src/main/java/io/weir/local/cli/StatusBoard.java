package io.weir.local.cli;

import io.weir.local.stack.Part;
import io.weir.local.stack.PartState;
import io.weir.local.stack.StackListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A status line per part. On a terminal the lines are drawn again in place; anywhere else each change is a line of its
 * own.
 */
final class StatusBoard implements StackListener {
    private static final String UP_LINE = "\u001b[%dA";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private final boolean terminal;
    private final Map<Part, Row> rows = new EnumMap<>(Part.class);
    private String footer = "";
    private int linesDrawn;

    /**
     * What is known of a part.
     *
     * @param state where it is
     * @param address where it listens
     * @param startedNanos when it began to start
     * @param took from start to ready; zero until then
     */
    record Row(PartState state, String address, long startedNanos, Duration took) {
        Row to(PartState next, long nowNanos) {
            return switch (next) {
                case STARTING -> new Row(next, address, nowNanos, Duration.ZERO);
                case UP -> new Row(next, address, startedNanos, Duration.ofNanos(nowNanos - startedNanos));
                case WAITING, STOPPING, STOPPED, DOWN -> new Row(next, address, startedNanos, took);
            };
        }
    }

    StatusBoard(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** The parts, in the order of their lines. */
    synchronized void show(List<Part> parts, Map<Part, String> addresses) {
        for (Part part : parts) {
            rows.put(part, new Row(PartState.WAITING, addresses.getOrDefault(part, ""), 0, Duration.ZERO));
        }
        draw();
    }

    @Override
    public synchronized void changed(Part part, PartState state) {
        Row row = rows.getOrDefault(part, new Row(PartState.WAITING, "", 0, Duration.ZERO))
                .to(state, System.nanoTime());
        rows.put(part, row);
        if (terminal) {
            draw();
        } else {
            out.println(line(part, row));
            out.flush();
        }
    }

    /** A line below the parts. */
    synchronized void say(String text) {
        footer = text;
        if (terminal) {
            draw();
        } else {
            out.println(text);
            out.flush();
        }
    }

    /** A line that stays, above the parts. */
    synchronized void note(String text) {
        if (terminal && linesDrawn > 0) {
            out.printf(UP_LINE, linesDrawn);
            out.print(CLEAR_BELOW);
            linesDrawn = 0;
        }
        out.println(text);
        out.flush();
        draw();
    }

    private void draw() {
        if (!terminal) {
            return;
        }
        var text = new StringBuilder();
        if (linesDrawn > 0) {
            text.append(UP_LINE.formatted(linesDrawn)).append(CLEAR_BELOW);
        }
        rows.forEach((part, row) -> text.append(line(part, row)).append('\n'));
        linesDrawn = rows.size();
        if (!footer.isEmpty()) {
            text.append('\n').append(footer).append('\n');
            linesDrawn += 1 + (int) footer.lines().count();
        }
        out.print(text);
        out.flush();
    }

    /** One status line. */
    static String line(Part part, Row row) {
        String took = row.state() == PartState.UP && !row.took().isZero()
                ? "%.1f s".formatted(row.took().toMillis() / 1000.0)
                : "";
        return "%-9s %-8s %-24s %s"
                .formatted(part.title(), row.state().word(), row.address(), took)
                .stripTrailing();
    }
}
