package io.weir.contracts.holds;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import java.util.List;

/**
 * Body of {@code POST /v1/holds/updates}: one gateway's open streams. Also renews the gateway's lease; an empty batch
 * is a heartbeat.
 *
 * @param gateway stable name of the gateway
 * @param incarnation this process
 * @param address base URL of the gateway
 * @param updates one per stream, cumulative
 */
public record UpdateBatch(String gateway, String incarnation, String address, List<Update> updates) {
    public UpdateBatch {
        updates = List.copyOf(updates);
    }

    /**
     * One stream's figures.
     *
     * @param streamId the stream
     * @param epoch the claim's epoch; an older one is refused
     * @param totals cumulative totals so far
     * @param extend true: fill the grant up to one lease of output again
     */
    public record Update(StreamId streamId, long epoch, Totals totals, boolean extend) {}
}
