package io.weir.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a {@code text/event-stream} frame by frame. */
final class SseReader implements AutoCloseable {
    private final BufferedReader lines;
    private volatile long heardNanos = System.nanoTime();

    SseReader(InputStream body) {
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** When the last line came, comments included. */
    long heardNanos() {
        return heardNanos;
    }

    /** Waits for the next frame; null at the end, where an unfinished frame is lost. */
    @Nullable
    SseFrame next() throws IOException {
        String id = null;
        String event = null;
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heardNanos = System.nanoTime();
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return new SseFrame(id, event, data.substring(0, data.length() - 1));
                }
                event = null;
                id = null;
            } else if (line.startsWith("data:")) {
                data.append(value(line)).append('\n');
            } else if (line.startsWith("id:")) {
                id = value(line);
            } else if (line.startsWith("event:")) {
                event = value(line);
            }
        }
        return null;
    }

    private static String value(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
