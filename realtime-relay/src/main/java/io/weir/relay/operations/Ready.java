package io.weir.relay.operations;

import io.weir.relay.conversation.Schema;
import io.weir.relay.log.StreamLogs;
import io.weir.relay.nodes.Nodes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready as soon as it listens: PostgreSQL away holds up messages, and Redis away other nodes, not delivery. What waits is shown. */
@Readiness
@Singleton
class Ready implements HealthCheck {
    private final StreamLogs logs;
    private final Schema schema;
    private final Nodes nodes;

    Ready(StreamLogs logs, Schema schema, Nodes nodes) {
        this.logs = logs;
        this.schema = schema;
        this.nodes = nodes;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("relay")
                .up()
                .withData("openStreams", logs.open().count())
                .withData("logBytes", logs.bytes())
                .withData("tables", schema.isReady())
                .withData("shared", nodes.isShared())
                .build();
    }
}
