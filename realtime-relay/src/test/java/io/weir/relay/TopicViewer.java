package io.weir.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.contracts.id.StreamId;
import java.net.URI;

/** A viewer of a session's topic that follows one stream by the rule for clients. */
final class TopicViewer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PhoenixClient client;
    private final StreamId stream;
    private final StringBuilder text = new StringBuilder();
    private long last;
    private int ends;

    TopicViewer(URI relay, String account, StreamId stream) {
        this.client = PhoenixClient.v2(relay);
        this.stream = stream;
        client.join("session:" + account, "1", Tokens.user(account));
    }

    /** Takes what comes until the stream has ended. */
    void awaitEnd() {
        while (ends == 0) {
            take(client.next());
        }
    }

    /** Takes what comes until it has everything up to an offset. */
    void awaitOffset(long offset) {
        while (last < offset) {
            take(client.next());
        }
    }

    private void take(String frame) {
        if (frame.startsWith("closed")) {
            throw new AssertionError("the socket was closed: " + frame);
        }
        if (!frame.startsWith("kind 4")) {
            return;
        }
        String[] parts = frame.split("\\|", 4);
        try {
            JsonNode payload = JSON.readTree(parts[3]);
            if (payload.path("streamId").asText().equals(stream.toString())) {
                take(parts[1], payload);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(frame, e);
        }
    }

    private void take(String event, JsonNode payload) {
        long offset = payload.path("offset").asLong();
        boolean snapshot = payload.path("snapshot").asBoolean();
        if (event.equals("token") && snapshot && offset >= last) {
            text.setLength(0);
            text.append(payload.path("text").asText());
            last = offset;
        } else if (event.equals("token") && offset > last) {
            long from = payload.path("from").asLong(offset);
            if (from > last + 1) {
                throw new AssertionError("gap before " + payload + " after " + last);
            }
            text.append(payload.path("text").asText());
            last = offset;
        } else if ((event.equals("end") || event.equals("error")) && offset > last) {
            last = offset;
            ends++;
        }
    }

    String text() {
        return text.toString();
    }

    int ends() {
        return ends;
    }

    @Override
    public void close() {
        client.close();
    }
}
