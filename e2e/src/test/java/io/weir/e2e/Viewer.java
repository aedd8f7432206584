package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer as Responses events until its terminal event, whatever happens on the way: it goes away at random and
 * comes back by its offset, and asks again where it was refused or cut off. It keeps the client's rule (skip what is known,
 * a snapshot replaces the text) and nothing else. Of one thread.
 */
final class Viewer {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final Duration HEAD = Duration.ofSeconds(15);
    /** Heartbeats come every two seconds. */
    private static final Duration SILENCE = Duration.ofSeconds(8);

    /** Reason of those who are told that there is no such stream. */
    static final String NONE = "no such stream";

    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final int AGAIN_MILLIS = 300;
    private static final int LONGEST_ABSENCE_MILLIS = 1_500;

    private final User user;
    private final Random random;
    private final boolean restless;
    private final StringBuilder text = new StringBuilder();
    private final Queue<String> story = new ConcurrentLinkedQueue<>();
    private final long begunNanos = System.nanoTime();

    private volatile @Nullable String stream;
    private volatile @Nullable String reason;
    private long last;
    private int resumes;
    private int replaced;
    private volatile boolean refused;
    private volatile long endedNanos;

    /**
     * A viewer who has seen nothing.
     *
     * @param restless whether it goes away now and then
     */
    Viewer(User user, Random random, boolean restless) {
        this.user = user;
        this.random = random;
        this.restless = restless;
    }

    /** Asks, and reads to the end. */
    Viewer ask(String agent, String session, String question, String key) {
        String body = Json.write(Map.of("model", agent, "conversation", session, "input", question, "stream", true));
        return read(user.request("/v1/responses")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body))
                .timeout(HEAD)
                .build());
    }

    /** Reads a stream that somebody has begun, from its first word to its end. */
    Viewer follow(String begun) {
        stream = begun;
        return read(comingBack());
    }

    /** Asks for the stream's end until somebody takes the request, as a person presses the button again; from any thread. */
    void stop() throws InterruptedException {
        HttpRequest request =
                user.request("/api/streams/" + stream()).timeout(HEAD).DELETE().build();
        while (System.nanoTime() - begunNanos < LONGEST.toNanos()) {
            try {
                if (HTTP.send(request, BodyHandlers.discarding()).statusCode() < 500) {
                    return;
                }
            } catch (IOException _) {
                // Its edge has just gone.
            }
            Thread.sleep(AGAIN_MILLIS);
        }
        throw new AssertionError("nobody took the stop of " + this);
    }

    private HttpRequest comingBack() {
        return user.request("/api/streams/" + stream + "?dialect=responses")
                .header("Last-Event-ID", Long.toString(last))
                .timeout(HEAD)
                .build();
    }

    private Viewer read(HttpRequest first) {
        while (reason == null) {
            if (System.nanoTime() - begunNanos > LONGEST.toNanos()) {
                throw new AssertionError("no terminal event within " + LONGEST + " of " + this);
            }
            HttpRequest request = stream == null ? first : comingBack();
            try {
                HttpResponse<InputStream> response = HTTP.send(request, BodyHandlers.ofInputStream());
                receive(response);
            } catch (IOException e) {
                note(e.getClass().getSimpleName());
                pause(AGAIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
        return this;
    }

    private void receive(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            note(Integer.toString(response.statusCode()));
            // An answer that ended before it began is refused, under its id: its log tells the ending.
            stream = response.headers().firstValue("Weir-Stream-Id").orElse(stream);
            if (response.statusCode() == 200) {
                frames(body);
            } else if (response.statusCode() >= 500 || response.statusCode() == 429) {
                body.readAllBytes();
                pause(AGAIN_MILLIS);
            } else if (response.statusCode() == 404) {
                // Its credits were given back before a gateway had it: nothing has begun.
                over(NONE);
            } else {
                throw new AssertionError("answered " + response.statusCode() + " "
                        + new String(body.readAllBytes(), StandardCharsets.UTF_8) + ": " + this);
            }
        }
    }

    private void frames(InputStream body) throws IOException {
        int enough = restless && random.nextInt(4) > 0 ? 5 + random.nextInt(150) : Integer.MAX_VALUE;
        var frames = new SseReader(body);
        Thread watch = Thread.ofVirtual().start(() -> closeWhenSilent(frames, body));
        try {
            for (int seen = 0; reason == null; seen++) {
                SseFrame frame = seen < enough ? frames.next() : null;
                if (frame == null) {
                    resumes++;
                    note(seen < enough ? "cut@" + last : "left@" + last);
                    break;
                }
                take(frame);
            }
        } finally {
            watch.interrupt();
        }
        if (reason == null) {
            body.close();
            pause(random.nextInt(LONGEST_ABSENCE_MILLIS));
        }
    }

    private void closeWhenSilent(SseReader frames, InputStream body) {
        try {
            while (System.nanoTime() - frames.heardNanos() < SILENCE.toNanos()
                    && System.nanoTime() - begunNanos < LONGEST.toNanos()) {
                Thread.sleep(500);
            }
            body.close();
        } catch (InterruptedException | IOException _) {
            // The reader has gone on, or has noticed.
        }
    }

    private void take(SseFrame frame) {
        if (frame.data().equals("[DONE]")) {
            return;
        }
        JsonNode event = frame.json();
        String type = event.path("type").asText(String.valueOf(frame.event()));
        long offset = event.path("sequence_number").asLong();
        switch (type) {
            case "weir.truncated" -> {
                // The log has less than was shown: its text stands, if it has one.
                note("truncated " + frame.data());
                text.setLength(0);
                last = 0;
                replaced++;
            }
            case "response.completed" -> end("completed", offset);
            case "response.incomplete" ->
                end(event.at("/response/incomplete_details/reason").asText(), offset);
            case "response.failed" -> end(event.at("/response/error/code").asText(), offset);
            case "response.output_text.delta" -> {
                if (event.path("snapshot").asBoolean()) {
                    text.setLength(0);
                } else if (offset <= last) {
                    return;
                }
                text.append(event.path("delta").asText());
                last = offset;
            }
            default -> last = Math.max(last, offset);
        }
    }

    private void end(String why, long offset) {
        note(why + "@" + offset);
        refused = offset == 0;
        over(why);
    }

    private void over(String why) {
        endedNanos = System.nanoTime();
        reason = why;
    }

    private void note(String what) {
        story.add((System.nanoTime() - begunNanos) / 1_000_000 + "ms:" + what);
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The stream's id; empty before the first answer. */
    String stream() {
        return stream == null ? "" : stream;
    }

    /** Why the stream ended, as its terminal event says; empty before. */
    String reason() {
        return reason == null ? "" : reason;
    }

    /** True if it ended as a refusal of the edge: no gateway has numbered anything, there is no such stream. */
    boolean isRefused() {
        return refused;
    }

    String text() {
        return text.toString();
    }

    /** When it asked, as {@link System#nanoTime()} counts. */
    long begunNanos() {
        return begunNanos;
    }

    /** When it was told the end. */
    long endedNanos() {
        return endedNanos;
    }

    /** How often it came back. */
    int resumes() {
        return resumes;
    }

    /** How often it was told that the log has less than it had seen. */
    int replaced() {
        return replaced;
    }

    @Override
    public String toString() {
        return "viewer of " + stream() + ": " + String.join(" ", story);
    }
}
