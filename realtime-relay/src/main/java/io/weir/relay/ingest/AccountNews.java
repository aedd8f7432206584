package io.weir.relay.ingest;

import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.relay.access.TopicKey;
import io.weir.relay.access.TopicTable;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Hub;
import io.weir.streams.append.AppendFrame;
import jakarta.inject.Singleton;

/**
 * What an account is told of its streams on {@code account:{account}}: {@code started} when one begins, and {@code usage}
 * whenever metering has answered for one. Told and forgotten: whoever comes later gets the next. Any thread.
 */
@Singleton
class AccountNews {
    private static final String STARTED = "started";
    private static final String USAGE = "usage";

    private final Hub hub;
    private final TopicTable table;

    AccountNews(Hub hub, TopicTable table) {
        this.hub = hub;
        this.table = table;
    }

    /** A stream of the account has begun. */
    void started(StreamId stream, StreamHeader header) {
        tell(header, STARTED, about(stream, header));
    }

    /** What a stream has cost so far. Amounts are strings, as everywhere in JSON. */
    void usage(StreamHeader header, AppendFrame.Usage usage) {
        Totals totals = usage.totals();
        var tokens = new JsonObject()
                .put("input", totals.input())
                .put("cached", totals.cached())
                .put("cacheWrite", totals.cacheWrite())
                .put("output", totals.output())
                .put("reasoning", totals.reasoning());
        var json = about(usage.stream(), header)
                .put("tokens", tokens)
                .put("costMicro", Long.toString(usage.chargeMicro()))
                .put("grantedMicro", Long.toString(usage.grantedMicro()))
                .put("availableMicro", Long.toString(usage.availableMicro()))
                .put("settled", usage.last());
        tell(header, USAGE, json);
    }

    private static JsonObject about(StreamId stream, StreamHeader header) {
        return new JsonObject()
                .put("streamId", stream.toString())
                .put("session", header.session().value())
                .put("agent", header.agent().value());
    }

    private void tell(StreamHeader header, String event, JsonObject json) {
        TopicKey key = table.keyOf(
                header.tenant(), header.account(), "account:" + header.account().value());
        hub.broadcast(key, new Broadcast(event, true, json.toBuffer().getBytes(), null), null, () -> {});
    }
}
