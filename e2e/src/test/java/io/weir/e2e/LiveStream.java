package io.weir.e2e;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A streamed answer that a thread of its own reads, line by line, as it arrives. */
final class LiveStream implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final List<SseFrame> frames = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private volatile boolean ended;
    private volatile @Nullable IOException broken;

    LiveStream(HttpResponse<InputStream> response) {
        this.response = response;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    String streamId() {
        return header("Weir-Stream-Id");
    }

    /** All frames so far, running figures left out. */
    List<SseFrame> frames() {
        return frames.stream().filter(f -> !f.isUsage()).toList();
    }

    List<SseFrame> usage() {
        return frames.stream().filter(SseFrame::isUsage).toList();
    }

    boolean ended() {
        return ended;
    }

    /** True if the connection broke instead of ending. */
    boolean broken() {
        return broken != null;
    }

    LiveStream awaitFrames(int n) {
        await().atMost(Duration.ofSeconds(30)).until(() -> frames().size() >= n || ended);
        return this;
    }

    LiveStream awaitEnd(Duration limit) {
        await().atMost(limit).until(() -> ended);
        return this;
    }

    LiveStream awaitEnd() {
        return awaitEnd(Duration.ofSeconds(60));
    }

    private void read() {
        if (header("Content-Type").startsWith("application/x-ndjson")) {
            readLines();
        } else {
            readEvents();
        }
    }

    /** NDJSON: an object a line, empty ones keep the connection open. */
    private void readLines() {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    frames.add(new SseFrame(null, null, line));
                }
            }
        } catch (IOException e) {
            broken = e;
        } finally {
            ended = true;
        }
    }

    private void readEvents() {
        try (var events = new SseReader(response.body())) {
            for (SseFrame frame = events.next(); frame != null; frame = events.next()) {
                frames.add(frame);
            }
        } catch (IOException e) {
            broken = e;
        } finally {
            ended = true;
        }
    }

    /** Goes away like a closed tab. */
    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            broken = e;
        }
        reader.interrupt();
    }
}
