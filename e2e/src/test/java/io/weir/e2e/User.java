package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A signed-in person with an HTTP client, seeing Weir only through the edge. */
record User(URI edge, String name, String token) {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(edge.resolve(path))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + token);
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(request.method() + " " + request.uri() + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static LiveStream open(HttpRequest request) {
        try {
            HttpResponse<InputStream> response = HTTP.send(request, BodyHandlers.ofInputStream());
            return new LiveStream(response);
        } catch (IOException e) {
            throw new AssertionError(request.method() + " " + request.uri() + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET().build());
    }

    HttpResponse<String> post(String path, String body) {
        return send(postRequest(path, body).build());
    }

    HttpRequest.Builder postRequest(String path, String body) {
        return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }

    /** Token dialect. */
    LiveStream chat(String session, String message) {
        return open(postRequest("/api/chat/stream", Json.write(Map.of("sessionId", session, "message", message)))
                .build());
    }

    /** Chunk dialect. */
    LiveStream chatChunks(String session, String prompt) {
        return open(postRequest("/api/v1/actions/chats/" + session + "/messages", Json.write(Map.of("prompt", prompt)))
                .build());
    }

    /** Responses dialect. */
    LiveStream respond(Map<String, ?> body) {
        return open(postRequest("/v1/responses", Json.write(body)).build());
    }

    LiveStream resume(String streamId, long after) {
        return open(request("/api/streams/" + streamId)
                .header("Last-Event-ID", Long.toString(after))
                .GET()
                .build());
    }

    int stop(String streamId) {
        return send(request("/api/streams/" + streamId).DELETE().build()).statusCode();
    }

    /** Shares a session. */
    void share(String session, User with, String right) {
        HttpRequest request = request("/api/sessions/" + session + "/shares/" + with.name())
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(Json.write(Map.of("right", right))))
                .build();
        HttpResponse<String> response = send(request);
        if (response.statusCode() != 204) {
            throw new AssertionError("sharing answered " + response.statusCode() + ": " + response.body());
        }
    }

    /** The receipt, once metering has settled the stream. */
    JsonNode settledReceipt(String streamId) {
        return Awaitility.await("receipt of " + streamId)
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> {
                            HttpResponse<String> response = get("/api/streams/" + streamId + "/receipt");
                            return response.statusCode() == 200
                                    ? Json.parse(response.body())
                                    : Json.parse("{\"state\":\"HTTP " + response.statusCode() + "\"}");
                        },
                        receipt -> receipt.path("state").asText().equals("settled"));
    }

    long balanceMicro() {
        return Long.parseLong(
                Json.parse(get("/api/me/balance").body()).path("balanceMicro").asText());
    }

    /** Stored messages of a session, newest first. */
    JsonNode messages(String session) {
        return Json.parse(get("/api/sessions/" + session + "/messages").body()).path("messages");
    }
}
