package io.weir.local.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * A demo agent machine: OpenClaw's HTTP surface (strict schema, bearer, probes, drain), and those of agents that speak other
 * dialects, over an answer made from the question. Everything but {@link #drain} runs on one event loop.
 */
public final class DemoAgent implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CHUNKS = Pattern.compile("/chats/[^/]+/messages");
    private static final int BODY_LIMIT_BYTES = 20 * 1024 * 1024;
    private static final int RUNS_REMEMBERED = 1_000;
    private static final long REFUSAL_DELAY_MILLIS = 250;

    private final Vertx vertx;
    private final byte[] token;
    private final boolean debug;
    private final InstantSource clock;
    private final Deque<AgentRun> runs = new ArrayDeque<>();
    private volatile int open;
    private volatile boolean draining;

    /**
     * A machine that is not listening yet.
     *
     * @param token bearer token that callers need
     * @param debug whether {@code GET /debug/runs} tells what runs did
     * @param clock time of {@code created} fields
     */
    public DemoAgent(String token, boolean debug, InstantSource clock) {
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        this.token = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        this.debug = debug;
        this.clock = clock;
    }

    /** Listens on the loopback address and returns the port; port 0 takes a free one. */
    public int start(int port) {
        var options = new HttpServerOptions().setHost("127.0.0.1").setPort(port).setCompressionSupported(false);
        HttpServer started = vertx.createHttpServer(options)
                .requestHandler(this::route)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return started.actualPort();
    }

    /** Turns the probes to draining, refuses new work, and returns when no run is open or the time is up. */
    public void drain(Duration longest) throws InterruptedException {
        draining = true;
        long deadline = System.nanoTime() + longest.toNanos();
        while (open > 0 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void route(HttpServerRequest request) {
        boolean read =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        switch (request.path()) {
            case "/healthz" -> json(request, 200, "{\"ok\":true,\"status\":\"live\"}");
            case "/readyz" ->
                json(request, draining ? 503 : 200, "{\"ready\":" + !draining + ",\"failing\":" + failing() + "}");
            case "/startupz" -> json(request, draining ? 503 : 200, "{\"ok\":" + !draining + state() + "}");
            case "/debug/runs" -> authorised(request, debug && read, () -> json(request, 200, describeRuns()));
            case "/v1/models" -> authorised(request, read, () -> json(request, 200, models()));
            case "/v1/responses" -> authorised(request, !read, () -> readBody(request, Spoken.RESPONSES));
            case "/v1/chat/completions" -> authorised(request, !read, () -> readBody(request, Spoken.CHAT));
            case "/v1/messages" -> authorised(request, !read, () -> readBody(request, Spoken.ANTHROPIC));
            case "/api/chat/stream" -> authorised(request, !read, () -> readBody(request, tokens(request)));
            default -> {
                if (!read && CHUNKS.matcher(request.path()).matches()) {
                    authorised(request, true, () -> readBody(request, Spoken.CHUNK));
                } else if (read) {
                    // OpenClaw's control UI answers every unknown path, which is why a probe has to read the body.
                    request.response()
                            .putHeader("Content-Type", "text/html; charset=utf-8")
                            .end("<!doctype html><title>Demo agent</title><p>A demo agent machine of Weir.</p>");
                } else {
                    error(request, 404, "not_found", "Not Found");
                }
            }
        }
    }

    private static Spoken tokens(HttpServerRequest request) {
        String accept = request.getHeader("Accept");
        return accept != null && accept.contains("ndjson") ? Spoken.NDJSON : Spoken.TOKEN;
    }

    private String failing() {
        return draining ? "[\"draining\"]" : "[]";
    }

    private String state() {
        return draining ? ",\"status\":\"draining\"" : ",\"status\":\"started\"";
    }

    private void authorised(HttpServerRequest request, boolean methodFits, Runnable answer) {
        if (!methodFits) {
            error(request, 405, "invalid_request_error", "Method Not Allowed");
            return;
        }
        String key = request.getHeader("x-api-key");
        String presented = key == null ? request.getHeader("Authorization") : "Bearer " + key;
        if (presented != null && MessageDigest.isEqual(presented.getBytes(StandardCharsets.UTF_8), token)) {
            answer.run();
            return;
        }
        vertx.setTimer(REFUSAL_DELAY_MILLIS, _ -> error(request, 401, "unauthorized", "Unauthorized"));
    }

    private void readBody(HttpServerRequest request, Spoken promised) {
        if (draining) {
            refuse(request);
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > BODY_LIMIT_BYTES) {
                request.handler(null);
                error(request, 413, "invalid_request_error", "Payload too large");
                request.connection().close();
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> answer(request, promised, body));
    }

    private static void refuse(HttpServerRequest request) {
        json(
                request,
                503,
                "{\"error\":{\"message\":\"Gateway is draining\",\"type\":\"service_unavailable\","
                        + "\"code\":\"gateway_unavailable\"}}");
    }

    private void answer(HttpServerRequest request, Spoken promised, Buffer body) {
        try {
            JsonNode json = JSON.readTree(body.getBytes());
            if (json == null || !json.isObject()) {
                throw new AgentRequest.Refused("Invalid JSON body");
            }
            AgentRequest.checkSessionKey(request.getHeader("x-openclaw-session-key"));
            AgentRequest asked =
                    switch (promised) {
                        case RESPONSES -> AgentRequest.ofResponses(json);
                        case CHAT -> AgentRequest.ofChat(json);
                        case ANTHROPIC -> AgentRequest.ofAnthropic(json, request.getHeader("anthropic-version"));
                        case TOKEN, CHUNK, NDJSON -> AgentRequest.ofPlain(json, promised);
                    };
            begin(request, asked, promised, Directive.parse(asked.message()));
        } catch (JsonProcessingException _) {
            error(request, 400, "invalid_request_error", "Invalid JSON body");
        } catch (AgentRequest.Refused | IllegalArgumentException e) {
            error(request, 400, "invalid_request_error", String.valueOf(e.getMessage()));
        } catch (java.io.IOException e) {
            error(request, 400, "invalid_request_error", "Unreadable body");
        }
    }

    private void begin(HttpServerRequest request, AgentRequest asked, Spoken promised, Directive.Parsed parsed) {
        if (parsed.directive().quirks().contains(Directive.Quirk.REFUSES)) {
            refuse(request);
            return;
        }
        Spoken spoken = parsed.directive().dialect().orElse(promised);
        var run = new AgentRun(vertx, request, asked, parsed, spoken, this::ended, clock);
        if (runs.size() == RUNS_REMEMBERED) {
            runs.removeFirst();
        }
        runs.addLast(run);
        count(1);
        run.start();
    }

    private void ended() {
        count(-1);
    }

    /** Event loop only; other threads read. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void count(int change) {
        open += change;
    }

    private String describeRuns() {
        ArrayNode all = JSON.createArrayNode();
        runs.forEach(run -> run.describe(all.addObject()));
        return all.toString();
    }

    private String models() {
        ObjectNode list = JSON.createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        for (String id : new String[] {"openclaw", "openclaw/default"}) {
            data.addObject()
                    .put("id", id)
                    .put("object", "model")
                    .put("created", clock.instant().getEpochSecond())
                    .put("owned_by", "openclaw");
        }
        return list.toString();
    }

    private static void error(HttpServerRequest request, int status, String type, String message) {
        ObjectNode body = JSON.createObjectNode();
        body.putObject("error").put("message", message).put("type", type);
        json(request, status, body.toString());
    }

    private static void json(HttpServerRequest request, int status, String body) {
        if (!request.response().ended() && !request.response().closed()) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json; charset=utf-8")
                    .end(body);
        }
    }
}
