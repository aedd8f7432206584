package io.weir.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.HeaderText;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.machines.SessionKey;
import io.weir.gateway.net.Loops;
import io.weir.gateway.net.ServiceClient;
import io.weir.gateway.upstream.Question;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What was said in a conversation so far, from the relay's messages: for a machine that takes it over from another. The
 * newest messages that fit are kept; the question that is being asked is not among them.
 */
@ApplicationScoped
class History {
    private static final int OK = 200;
    private static final int MAX_MESSAGES = 100;
    private static final int MAX_CHARS = 400_000;

    private final GatewayConfig config;
    private final Loops loops;
    private final ServiceClient services;
    private final ObjectMapper json;

    History(GatewayConfig config, Loops loops, ServiceClient services, ObjectMapper json) {
        this.config = config;
        this.loops = loops;
        this.services = services;
        this.json = json;
    }

    /** The messages, oldest first. Fails if the relay does not answer well within the time of one service call. */
    Future<List<Question.Turn>> before(StreamId asking, SessionKey session, Context context) {
        String path = "/v1/sessions/" + encoded(session.session().value()) + "/messages?limit=" + MAX_MESSAGES;
        var options = ServiceClient.options(HttpMethod.GET, URI.create(config.relayUrl() + path))
                .setTimeout(config.times().metering().toMillis())
                .putHeader("Accept", "application/json")
                .putHeader(TenantId.HEADER, HeaderText.encode(session.tenant().value()))
                .putHeader(AccountId.HEADER, HeaderText.encode(session.account().value()));
        return services.open(loops.of(context).services(), options)
                .compose(HistoryAnswer::of)
                .compose(answer -> read(asking, answer));
    }

    private record HistoryAnswer(int status, Buffer body) {
        static Future<HistoryAnswer> of(HttpClientResponse response) {
            return response.body().map(body -> new HistoryAnswer(response.statusCode(), body));
        }
    }

    private Future<List<Question.Turn>> read(StreamId asking, HistoryAnswer answer) {
        if (answer.status() != OK) {
            return Future.failedFuture("the relay answered " + answer.status());
        }
        try {
            return Future.succeededFuture(
                    turns(asking.toString(), json.readTree(answer.body().getBytes())));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private static List<Question.Turn> turns(String asking, JsonNode page) {
        Deque<Question.Turn> turns = new ArrayDeque<>();
        int chars = 0;
        for (JsonNode message : page.path("messages")) { // newest first
            String role = message.path("role").asText();
            String text = message.path("content").asText("");
            boolean said = role.equals("user") || role.equals("assistant");
            if (!said || text.isEmpty() || message.path("streamId").asText().equals(asking)) {
                continue;
            }
            chars += text.length();
            if (chars > MAX_CHARS) {
                break;
            }
            turns.addFirst(new Question.Turn(role, text));
        }
        return List.copyOf(turns);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
