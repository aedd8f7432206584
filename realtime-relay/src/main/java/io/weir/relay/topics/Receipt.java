package io.weir.relay.topics;

import io.weir.contracts.id.StreamId;
import java.nio.charset.StandardCharsets;

/**
 * How far a stream has reached an account.
 *
 * @param stream the stream
 * @param account who
 * @param delivered last offset that was handed to one of the account's connections
 * @param read last offset that the account says it has read
 */
record Receipt(StreamId stream, String account, long delivered, long read) {
    private static final String EVENT = "receipt";

    /** As subscribers are told: {@code receipt {streamId, account, delivered, read}}. */
    Broadcast broadcast() {
        var json = new StringBuilder("{\"streamId\":\"").append(stream).append("\",\"account\":");
        JsonStrings.quoted(json, account)
                .append(",\"delivered\":")
                .append(delivered)
                .append(",\"read\":")
                .append(read)
                .append('}');
        return new Broadcast(EVENT, json.toString().getBytes(StandardCharsets.UTF_8), null);
    }
}
