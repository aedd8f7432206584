package io.weir.gateway.fakes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.contracts.id.StreamId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An agent's WebSocket to its stream. */
public final class AgentSocket implements WebSocket.Listener {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private final StringBuilder part = new StringBuilder();
    private volatile int closed;
    private volatile @Nullable WebSocket socket; // once connected

    private AgentSocket() {}

    static AgentSocket connect(HttpClient http, URI gateway, StreamId stream, String token) {
        var listener = new AgentSocket();
        listener.socket = http.newWebSocketBuilder()
                .subprotocols("weir.posting", "weir.bearer." + token)
                .buildAsync(gateway.resolve("/v1/streams/" + stream + "/socket"), listener)
                .join();
        return listener;
    }

    /** Sends an event by its number. */
    public AgentSocket event(long number, String json) {
        return send("{\"n\":" + number + ",\"event\":" + json + "}");
    }

    /** Sends any text. */
    public AgentSocket send(String text) {
        open().sendText(text, true).join();
        return this;
    }

    /** Cuts the connection. */
    public void cut() {
        open().abort();
    }

    private WebSocket open() {
        WebSocket opened = socket;
        if (opened == null) {
            throw new AssertionError("not connected");
        }
        return opened;
    }

    /** Waits for a message of this kind. */
    public JsonNode await(String op) {
        return await(op, _ -> true);
    }

    /** Waits for an acknowledgement of this number, or a later one. */
    public AgentSocket awaitAck(long number) {
        await("ack", message -> message.path("head").asLong() >= number);
        return this;
    }

    private JsonNode await(String op, Predicate<JsonNode> which) {
        Predicate<JsonNode> wanted = m -> m.path("op").asText().equals(op) && which.test(m);
        Await.until(op + " among " + messages, () -> messages.stream().anyMatch(wanted));
        return messages.stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Messages so far. */
    public List<JsonNode> messages() {
        return messages;
    }

    /** Waits for the close; its code. */
    public int awaitClose() {
        Await.until("socket closed", () -> closed != 0);
        return closed;
    }

    @Override
    public synchronized @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            try {
                messages.add(JSON.readTree(part.toString()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed = code;
        return null;
    }
}
