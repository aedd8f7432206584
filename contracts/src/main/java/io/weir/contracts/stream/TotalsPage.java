package io.weir.contracts.stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.contracts.id.StreamId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of the relay's {@code GET /v1/totals?from&to}: what closed logs counted.
 *
 * @param streams youngest id first
 * @param before value of {@code before} for the following page; absent on the last one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TotalsPage(List<Closed> streams, @Nullable StreamId before) {
    public TotalsPage {
        streams = List.copyOf(streams);
    }

    /**
     * One closed log.
     *
     * @param streamId the stream
     * @param endReason how it ended
     * @param tokens totals of its terminal run
     * @param usageSource where they come from
     * @param closedAt when, by the relay's clock
     */
    public record Closed(
            StreamId streamId, EndReason endReason, Totals tokens, UsageSource usageSource, Instant closedAt) {}
}
