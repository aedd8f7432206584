package io.weir.relay;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Follows a topic over plain HTTP, as SSE or NDJSON; waits at most 20 s for each event. */
final class TopicFollower implements AutoCloseable {
    private static final long WAIT_SECONDS = 20;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final boolean ndjson;
    private final HttpResponse<InputStream> response;
    private volatile String cursor = "";

    /**
     * What was said, or that the connection has ended.
     *
     * @param name the event, {@code heartbeat} or {@code closed}
     */
    record Event(String name, JsonObject payload) {}

    TopicFollower(URI base, String topic, String query, String token, String lastEventId, boolean ndjson) {
        this.ndjson = ndjson;
        this.cursor = lastEventId;
        String path = "/v1/topics/" + URLEncoder.encode(topic, StandardCharsets.UTF_8) + "/events" + query;
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", ndjson ? "application/x-ndjson" : "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::read);
    }

    int status() {
        return response.statusCode();
    }

    String contentType() {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    /** The cursor of the last event, to come back with. */
    String cursor() {
        return cursor;
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            String name = null;
            String id = null;
            while (line != null) {
                if (ndjson) {
                    row(line);
                } else if (line.startsWith(":")) {
                    events.add(new Event("heartbeat", new JsonObject()));
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    add(String.valueOf(name), new JsonObject(line.substring(6)), id);
                    id = null;
                } else if (line.isEmpty() && id != null) {
                    cursor = id;
                    id = null;
                }
                line = lines.readLine();
            }
        } catch (IOException e) {
            events.add(new Event(
                    "closed", new JsonObject().put("cause", e.getClass().getSimpleName())));
            return;
        }
        events.add(new Event("closed", new JsonObject()));
    }

    private void row(String line) {
        if (line.isEmpty()) {
            events.add(new Event("heartbeat", new JsonObject()));
            return;
        }
        var row = new JsonObject(line);
        if (row.containsKey("event")) {
            add(row.getString("event"), row.getJsonObject("payload"), row.getString("cursor"));
        } else {
            cursor = row.getString("cursor");
        }
    }

    /** The cursor moves when the event is taken, as an application's would. */
    private void add(String name, JsonObject payload, @Nullable String id) {
        events.add(new Event(name, id == null ? payload : payload.put("_cursor", id)));
    }

    /** The next event that is no heartbeat. */
    Event next() {
        try {
            Event event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            while (event != null && event.name().equals("heartbeat")) {
                event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            }
            if (event == null) {
                throw new AssertionError("no event within " + WAIT_SECONDS + " s");
            }
            String id = (String) event.payload().remove("_cursor");
            cursor = id == null ? cursor : id;
            return event;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next event of this name; others are skipped. */
    Event next(String name) {
        Event event = next();
        while (!event.name().equals(name)) {
            if (event.name().equals("closed")) {
                throw new AssertionError("closed before " + name);
            }
            event = next();
        }
        return event;
    }

    /** Waits until there is a cursor to come back with: at the latest, the first bytes bring one. */
    void awaitCursor() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (cursor.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no cursor");
            }
            Thread.onSpinWait();
        }
    }

    /** Waits for a heartbeat. */
    void awaitHeartbeat() {
        try {
            Event event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            while (event != null && !event.name().equals("heartbeat")) {
                event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            }
            if (event == null) {
                throw new AssertionError("no heartbeat");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
