package io.weir.metering;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.weir.contracts.holds.AccountView;
import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.GrantRequest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.metering.grants.GrantView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** A client of the service as edge, gateway, relay and administrator are. */
final class Metering {
    static final String HASH = "0".repeat(64);
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final RandomGenerator RANDOM = new SecureRandom();
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String service = Tokens.service("hold internal");
    private final String admin = Tokens.user("root", "admin");

    /**
     * An answer of the service.
     *
     * @param status HTTP status
     * @param body JSON, missing node where there is none
     * @param headers response headers
     */
    record Answer(int status, JsonNode body, HttpHeaders headers) {
        <T> T as(Class<T> type) {
            return Metering.read(body, type);
        }

        String problem() {
            return body.path("type").asText().replaceFirst(".*/", "");
        }
    }

    static StreamId stream() {
        return StreamId.next(InstantSource.system(), RANDOM);
    }

    static AccountId account() {
        return new AccountId("account-" + UUID.randomUUID());
    }

    static ReserveRequest request(AccountId account) {
        return request(account, stream(), UUID.randomUUID().toString());
    }

    static ReserveRequest request(AccountId account, StreamId stream, String key) {
        return new ReserveRequest(
                stream, account, new SessionId("s"), new AgentName("demo"), 100, null, 8, key, false, HASH, false, 10);
    }

    /** The same request, in another session. */
    static ReserveRequest in(ReserveRequest r, SessionId session) {
        return new ReserveRequest(
                r.streamId(),
                r.account(),
                session,
                r.agent(),
                r.promptTokens(),
                r.maxOutputTokens(),
                r.maxOpenStreams(),
                r.idempotencyKey(),
                r.keyUntilEnd(),
                r.bodyHash(),
                r.byok(),
                r.lifeSeconds());
    }

    /** The same request, asked with an API key. */
    static ReserveRequest with(ReserveRequest r, UUID apiKey) {
        return new ReserveRequest(
                r.streamId(),
                r.account(),
                r.session(),
                r.agent(),
                r.promptTokens(),
                r.maxOutputTokens(),
                r.maxOpenStreams(),
                r.idempotencyKey(),
                r.keyUntilEnd(),
                r.bodyHash(),
                r.byok(),
                r.lifeSeconds(),
                apiKey);
    }

    static SettleRequest settlement(long epoch, Totals totals) {
        return new SettleRequest(
                epoch,
                totals,
                UsageSource.AGENT,
                EndReason.COMPLETED,
                "demo-1",
                HASH,
                START,
                START.plusMillis(200),
                START.plusSeconds(3));
    }

    Answer reserve(ReserveRequest request) {
        return post("/v1/holds", request, service);
    }

    Answer claim(StreamId stream, String gateway, String incarnation) {
        return post(
                "/v1/holds/" + stream + "/claim",
                new ClaimRequest(gateway, incarnation, "http://" + gateway + ":8081"),
                service);
    }

    Answer update(String gateway, String incarnation, Update... updates) {
        return post(
                "/v1/holds/updates",
                new UpdateBatch(gateway, incarnation, "http://" + gateway + ":8081", List.of(updates)),
                service);
    }

    Answer settle(StreamId stream, SettleRequest request) {
        return post("/v1/holds/" + stream + "/settle", request, service);
    }

    Answer release(StreamId stream) {
        return post("/v1/holds/" + stream + "/release", null, service);
    }

    Answer cancel(StreamId stream, AccountId account) {
        return post("/v1/holds/" + stream + "/cancel", new CancelRequest(account), service);
    }

    Answer fence(StreamId stream) {
        return post("/v1/holds/" + stream + "/fence", null, service);
    }

    Answer grant(AccountId account, long micro) {
        return post("/v1/accounts/" + account + "/grants", Map.of("amountMicro", Long.toString(micro)), admin);
    }

    Answer grant(AccountId account, GrantRequest request) {
        return post("/v1/accounts/" + account + "/grants", request, admin);
    }

    Answer takeBack(AccountId account, UUID grant) {
        return post("/v1/accounts/" + account + "/grants/" + grant + "/void", null, admin);
    }

    /** Newest first. */
    List<GrantView> grants(AccountId account) {
        var list = get("/v1/accounts/" + account + "/grants", service).body().path("grants");
        return StreamSupport.stream(list.spliterator(), false)
                .map(node -> read(node, GrantView.class))
                .toList();
    }

    AccountId accountWith(long micro) {
        var account = account();
        if (grant(account, micro).status() != 201) {
            throw new AssertionError("not granted");
        }
        return account;
    }

    AccountView view(AccountId account) {
        return get("/v1/accounts/" + account, service).as(AccountView.class);
    }

    Answer receipt(StreamId stream) {
        return get("/v1/streams/" + stream + "/receipt", service);
    }

    JsonNode audit() {
        return get("/v1/audit", admin).body();
    }

    /** The text of a path that is no JSON. */
    String text(String path) {
        try {
            return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** An answer of any type. */
    HttpResponse<String> raw(String path, String token) {
        var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    Answer get(String path, String token) {
        return send("GET", path, BodyPublishers.noBody(), token);
    }

    Answer post(String path, @Nullable Object body, String token) {
        return send("POST", path, BodyPublishers.ofString(body == null ? "" : write(body)), token);
    }

    Answer post(String path, Object body, String token, String key) {
        return send("POST", path, BodyPublishers.ofString(write(body)), token, "Idempotency-Key", key);
    }

    Answer postText(String path, String body, String token) {
        return send("POST", path, BodyPublishers.ofString(body), token);
    }

    Answer delete(String path, String token) {
        return send("DELETE", path, BodyPublishers.noBody(), token);
    }

    /** Posts CloudEvents; headers come in pairs. */
    Answer postEvent(String body, String token, String type, String... headers) {
        var all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = type;
        return send("POST", "/v1/events", BodyPublishers.ofString(body), token, all);
    }

    Answer put(String path, Object body, String token) {
        return send("PUT", path, BodyPublishers.ofString(write(body)), token);
    }

    static URI uri(String path) {
        var port = ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class);
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private Answer send(String method, String path, HttpRequest.BodyPublisher body, String token, String... headers) {
        var request = HttpRequest.newBuilder(uri(path))
                .method(method, body)
                .setHeader("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), JSON.readTree(response.body()), response.headers());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static <T> T read(JsonNode body, Class<T> type) {
        try {
            return JSON.treeToValue(body, type);
        } catch (JsonProcessingException unexpected) {
            throw new UncheckedIOException(unexpected);
        }
    }
}
