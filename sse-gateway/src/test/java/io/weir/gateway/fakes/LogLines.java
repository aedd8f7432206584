package io.weir.gateway.fakes;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Everything that is logged, ours at every level, from now until it is closed. */
public final class LogLines extends Handler {
    private final Logger root = Logger.getLogger("");
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /** Begins to listen. */
    public LogLines() {
        setLevel(Level.ALL);
        root.addHandler(this);
        Logger.getLogger("io.weir").setLevel(Level.ALL);
    }

    /** What was logged so far. */
    public List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord entry) {
        var line = new StringWriter();
        line.append(entry.getLoggerName()).append(' ').append(String.valueOf(entry.getMessage()));
        Object[] parameters = entry.getParameters();
        for (Object parameter : parameters == null ? new Object[0] : parameters) {
            line.append(' ').append(String.valueOf(parameter));
        }
        if (entry.getThrown() != null) {
            entry.getThrown().printStackTrace(new PrintWriter(line));
        }
        lines.add(line.toString());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
        Logger.getLogger("io.weir").setLevel(Level.INFO);
    }
}
