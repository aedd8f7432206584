package io.weir.gateway.stream;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.weir.contracts.id.StreamId;
import java.util.List;

/**
 * Answer of {@code GET /v1/streams/{id}/receipts}.
 *
 * @param streamId the stream
 * @param receipts one for each account that follows it with the right to control it
 */
@RegisterForReflection
public record Receipts(StreamId streamId, List<Reached> receipts) {
    public Receipts {
        receipts = List.copyOf(receipts);
    }
}
