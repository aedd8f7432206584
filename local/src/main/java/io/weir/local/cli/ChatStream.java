package io.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.contracts.id.StreamId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One answer in the token dialect, read as a client of the public API would: a connection that drops before the end is
 * resumed after the last token that was printed.
 */
final class ChatStream {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ATTEMPTS = 8;
    private static final long FIRST_PAUSE_MILLIS = 250;

    private final HttpClient http;
    private final String edge;
    private final String token;
    private final Consumer<String> text;
    private volatile @Nullable String streamId;
    private volatile boolean ended;
    private volatile boolean stopped;
    private String lastId = "0";
    private @Nullable String failure;

    ChatStream(HttpClient http, String edge, String token, Consumer<String> text) {
        this.http = http;
        this.edge = edge;
        this.token = token;
        this.text = text;
    }

    /** Asks and hands over the text as it comes; returns at the end, with the reason when it is not a good one. */
    Optional<String> ask(String session, String message, @Nullable String agent)
            throws IOException, InterruptedException, CommandFailure {
        ObjectNode body = JSON.createObjectNode().put("sessionId", session).put("message", message);
        if (agent != null) {
            body.put("agent", agent);
        }
        HttpRequest request = authorised("/api/chat/stream")
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        read(http.send(request, HttpResponse.BodyHandlers.ofInputStream()));
        for (int attempt = 0; !ended; attempt++) {
            if (streamId == null || attempt == ATTEMPTS) {
                throw new CommandFailure("The connection was lost before the end of the answer.");
            }
            Thread.sleep(FIRST_PAUSE_MILLIS << Math.min(attempt, 4));
            if (resume()) {
                attempt = 0;
            }
        }
        return Optional.ofNullable(failure);
    }

    /** Reads on after the last token; true when that brought something. */
    private boolean resume() throws InterruptedException, CommandFailure {
        String before = lastId;
        try {
            HttpRequest request = authorised("/api/streams/" + streamId)
                    .header("Accept", "text/event-stream")
                    .header("Last-Event-ID", lastId)
                    .GET()
                    .build();
            read(http.send(request, HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException _) {
            return false;
        }
        return !before.equals(lastId);
    }

    private HttpRequest.Builder authorised(String path) {
        return HttpRequest.newBuilder(URI.create(edge + path)).header("Authorization", "Bearer " + token);
    }

    private void read(HttpResponse<InputStream> response) throws IOException, CommandFailure {
        if (response.statusCode() == 204) {
            ended = true;
            return;
        }
        if (response.statusCode() == 503 && streamId != null) {
            return;
        }
        if (response.statusCode() != 200) {
            String problem = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
            throw new CommandFailure(RunningStack.reason(response.statusCode(), problem));
        }
        response.headers().firstValue(StreamId.HEADER).ifPresent(id -> streamId = id);
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && !ended; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            // A connection that broke is resumed, like one that just ended.
            if (streamId == null) {
                throw e;
            }
        }
    }

    private void take(String line) throws IOException {
        if (line.startsWith("id:")) {
            lastId = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
            data(line.substring(5).strip());
        }
    }

    private void data(String data) throws IOException {
        if (data.equals("[DONE]")) {
            ended = true;
            return;
        }
        JsonNode event = JSON.readTree(data);
        if (event.hasNonNull("token")) {
            text.accept(event.get("token").asText());
        } else if (event.hasNonNull("error")) {
            failure = event.get("error").asText()
                    + (event.hasNonNull("reason") ? " (" + event.get("reason").asText() + ")" : "");
            ended = true;
        }
    }

    /** Whether {@link #stop} ended it. */
    boolean wasStopped() {
        return stopped;
    }

    /** Stops the stream on the server, wherever it runs; true when there was one to stop. */
    boolean stop() {
        String open = streamId;
        if (open == null || ended) {
            return false;
        }
        stopped = true;
        HttpRequest request = authorised("/api/streams/" + open)
                .timeout(Duration.ofSeconds(5))
                .DELETE()
                .build();
        try {
            http.send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
