package io.weir.gateway.fakes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** An agent machine that does what the test tells it, in OpenClaw's words. */
public final class FakeAgent extends FakeServer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private volatile Consumer<Talk> script = FakeAgent::hello;
    private volatile boolean well = true;

    /**
     * A request that came.
     *
     * @param path its path
     * @param headers its headers
     * @param body its body
     */
    public record Asked(String path, MultiMap headers, JsonNode body) {}

    FakeAgent(Vertx vertx) {
        super(vertx);
    }

    /** What it does from now on. */
    public void script(Consumer<Talk> next) {
        script = next;
        asked.clear();
        lost.clear();
    }

    /** Nothing was asked, and the answer is hello. */
    void forget() {
        script(FakeAgent::hello);
    }

    private static void hello(Talk talk) {
        talk.scaffold().say("hello").completed(1, 1);
    }

    /** Whether its health checks pass. */
    public void well(boolean yes) {
        well = yes;
    }

    /** Requests so far. */
    public List<Asked> asked() {
        return asked;
    }

    /** Waits until the gateway has closed its socket. */
    public void awaitHangUp() {
        Await.until("agent's socket closed", () -> !lost.isEmpty());
    }

    @Override
    void handle(HttpServerRequest request) {
        if (request.path().endsWith("z")) {
            request.response()
                    .setStatusCode(well ? 200 : 503)
                    .putHeader("Content-Type", "application/json")
                    .end(well ? "{\"ok\":true,\"status\":\"live\"}" : "{\"ok\":false,\"status\":\"draining\"}");
            return;
        }
        request.body().onSuccess(body -> {
            asked.add(new Asked(request.path(), request.headers(), read(body)));
            request.response().closeHandler(_ -> lost.add("closed"));
            script.accept(new Talk(vertx(), request.response()));
        });
    }

    private static JsonNode read(Buffer body) {
        try {
            return JSON.readTree(body.getBytes());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One answer. */
    public static final class Talk {
        private final Vertx vertx;
        private final HttpServerResponse response;
        private final StringBuilder text = new StringBuilder();

        Talk(Vertx vertx, HttpServerResponse response) {
            this.vertx = vertx;
            this.response = response;
        }

        /** Status and headers of an event stream. */
        public Talk open() {
            return open("text/event-stream; charset=utf-8");
        }

        /** Status and headers of a stream of this type. */
        public Talk open(String contentType) {
            response.setChunked(true).putHeader("Content-Type", contentType);
            return this;
        }

        /** The four events that come before the agent has done anything. */
        public Talk scaffold() {
            open();
            response("response.created", "in_progress", 0, 0, "");
            response("response.in_progress", "in_progress", 0, 0, "");
            event(
                    "response.output_item.added",
                    "\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[],\"status\":\"in_progress\"}");
            return event(
                    "response.content_part.added",
                    "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"\"}");
        }

        /** One delta. */
        public Talk say(String words) {
            text.append(words);
            return event(
                    "response.output_text.delta",
                    "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":" + quote(words));
        }

        /** So many words, each its own delta. */
        public Talk words(int count) {
            IntStream.range(0, count).forEach(i -> say((i == 0 ? "" : " ") + "word" + i));
            return this;
        }

        /** Everything after the text, with usage. */
        public Talk completed(long input, long output) {
            event(
                    "response.output_text.done",
                    "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"text\":" + quote(text.toString()));
            event(
                    "response.output_item.done",
                    "\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"text\":"
                            + quote(text.toString()) + "}]}");
            response("response.completed", "completed", input, output, "");
            response.end("data: [DONE]\n\n");
            return this;
        }

        /** {@code response.failed}. */
        public Talk failed(String message) {
            response(
                    "response.failed",
                    "failed",
                    0,
                    0,
                    ",\"error\":{\"code\":\"api_error\",\"message\":" + quote(message) + "}");
            response.end("data: [DONE]\n\n");
            return this;
        }

        /** Any event; {@code members} without braces. */
        public Talk event(String type, String members) {
            return raw("event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n");
        }

        /** Bytes as they are. */
        public Talk raw(String bytes) {
            response.write(bytes);
            return this;
        }

        /** A status without a stream. */
        public void refuse(int status, String body) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(body);
        }

        /** Cuts the connection. */
        public void die() {
            response.reset();
        }

        /** Ends the response. */
        public void end() {
            response.end();
        }

        /** Goes on later. */
        public void later(long millis, Consumer<Talk> next) {
            vertx.setTimer(millis, _ -> next.accept(this));
        }

        private Talk response(String type, String status, long input, long output, String more) {
            String usage = "{\"input_tokens\":" + input + ",\"output_tokens\":" + output + ",\"total_tokens\":"
                    + (input + output) + "}";
            String json = "{\"id\":\"resp_x\",\"object\":\"response\",\"created_at\":1,\"status\":\"" + status
                    + "\",\"model\":\"openclaw\",\"output\":[],\"usage\":" + usage + more + "}";
            return event(type, "\"response\":" + json);
        }

        private static String quote(String words) {
            return new com.fasterxml.jackson.databind.node.TextNode(words).toString();
        }
    }
}
