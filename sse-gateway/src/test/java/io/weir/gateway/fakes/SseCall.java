package io.weir.gateway.fakes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One request whose answer is read as an event stream, by a thread of its own. */
public final class SseCall {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpResponse<InputStream> response;
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private volatile boolean ended;

    private SseCall(HttpResponse<InputStream> response) {
        this.response = response;
        Thread.ofVirtual().start(this::read);
    }

    /** Sends a body with a ticket. */
    public static SseCall post(URI target, String ticket, String body) {
        HttpRequest request = HttpRequest.newBuilder(target)
                .timeout(Duration.ofSeconds(10))
                .header("Weir-Ticket", ticket)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return send(request);
    }

    /** Sends any request. */
    public static SseCall send(HttpRequest request) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try {
            return new SseCall(client.send(request, HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** HTTP status. */
    public int status() {
        return response.statusCode();
    }

    /** A header. */
    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** Everything received so far. */
    public String raw() {
        return raw.toString(StandardCharsets.UTF_8);
    }

    /** Closes the connection. */
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end of the response. */
    public SseCall awaitEnd() {
        Await.until("end of the response", () -> ended);
        return this;
    }

    /** Waits until the text so far contains something. */
    public SseCall awaitText(String words) {
        Await.until("text " + words, () -> text().contains(words));
        return this;
    }

    /** The events with data so far; one that is still arriving is left out. */
    public List<JsonNode> events() {
        List<JsonNode> events = new ArrayList<>();
        String received = raw();
        String whole = received.substring(0, received.lastIndexOf("\n\n") + 1);
        for (String block : whole.split("\n\n", -1)) {
            block.lines()
                    .filter(line -> line.startsWith("data: "))
                    .forEach(line -> events.add(parse(line.substring(6))));
        }
        return events;
    }

    /** The unescaped text of all text deltas. */
    public String text() {
        var text = new StringBuilder();
        for (JsonNode event : events()) {
            if (event.path("type").asText().equals("response.output_text.delta")) {
                text.append(event.path("delta").asText());
            }
        }
        return text.toString();
    }

    /** The last numbered event. */
    public JsonNode terminal() {
        awaitEnd();
        return events().stream()
                .filter(e -> e.has("sequence_number"))
                .reduce((_, last) -> last)
                .orElseThrow(() -> new AssertionError("no event: " + raw()));
    }

    private void read() {
        try (InputStream body = response.body()) {
            byte[] buffer = new byte[8192];
            int read = body.read(buffer);
            while (read >= 0) {
                raw.write(buffer, 0, read);
                read = body.read(buffer);
            }
        } catch (IOException e) {
            raw.writeBytes("\n\n: cut off".getBytes(StandardCharsets.US_ASCII));
        } finally {
            ended = true;
        }
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
