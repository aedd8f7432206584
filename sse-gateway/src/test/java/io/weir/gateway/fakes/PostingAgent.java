package io.weir.gateway.fakes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.jwt.build.Jwt;
import io.weir.contracts.id.StreamId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.List;

/** An agent that posts its own streams with the token of an account. */
public final class PostingAgent {
    /** Content type of event streams. */
    public static final String SSE = "text/event-stream";
    /** Content type of JSON lines. */
    public static final String NDJSON = "application/x-ndjson";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI gateway;
    private final String token;

    /** An agent of this account. */
    public PostingAgent(URI gateway, String account, PrivateKey key) {
        this.gateway = gateway;
        this.token = token(account, key, 300);
    }

    private PostingAgent(URI gateway, String token) {
        this.gateway = gateway;
        this.token = token;
    }

    /** The same with any token. */
    public PostingAgent with(String other) {
        return new PostingAgent(gateway, other);
    }

    /** A token of an account that expires so soon. */
    public static String token(String account, PrivateKey key, int lifeSeconds) {
        return Jwt.claims()
                .subject(account)
                .claim("roles", List.of("user"))
                .claim("workspaces", List.of("w1"))
                .expiresAt(System.currentTimeMillis() / 1000 + lifeSeconds)
                .jws()
                .keyId(FakeIssuer.KID)
                .sign(key);
    }

    /**
     * An answer.
     *
     * @param status HTTP status
     * @param body JSON
     */
    public record Answer(int status, JsonNode body) {
        /** Number of the last event that was taken. */
        public long head() {
            return body.path("head").asLong(-1);
        }

        /** Stream that was opened. */
        public StreamId stream() {
            return StreamId.parse(body.path("streamId").asText());
        }

        /** Last segment of the problem's type. */
        public String problem() {
            return body.path("type").asText().replaceFirst(".*/", "");
        }
    }

    /** Opens a stream on the topic. */
    public StreamId opened(String topic) {
        return open("{\"topic\":\"" + topic + "\"}").stream();
    }

    /** Opens a stream. */
    public Answer open(String body, String... headers) {
        return send("POST", "/v1/streams", body.getBytes(StandardCharsets.UTF_8), "application/json", headers);
    }

    /** Posts one body of events; of them it says from which on, unless that is 0. */
    public Answer post(StreamId stream, String type, String body, long from) {
        String query = from == 0 ? "" : "?from=" + from;
        return send("POST", "/v1/streams/" + stream + "/events" + query, body.getBytes(StandardCharsets.UTF_8), type);
    }

    /** How far the stream is. */
    public Answer standing(StreamId stream) {
        return send("GET", "/v1/streams/" + stream, new byte[0], "application/json");
    }

    /** A body that is sent bit by bit over a socket of its own. */
    public SlowUpload upload(StreamId stream, String type, long from) {
        return new SlowUpload(gateway, "/v1/streams/" + stream + "/events?from=" + from, type, token);
    }

    /** A WebSocket to the stream. */
    public AgentSocket socket(StreamId stream) {
        return AgentSocket.connect(http, URI.create("ws" + gateway.toString().substring(4)), stream, token);
    }

    private Answer send(String method, String path, byte[] body, String type, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Answer answer(int status, String body) {
        try {
            return new Answer(status, JSON.readTree(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(status + " " + body, e);
        }
    }
}
