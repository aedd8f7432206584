package io.weir.contracts.holds;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.weir.contracts.id.StreamId;
import java.util.List;

/**
 * Answer to a batch of updates.
 *
 * @param timeline PostgreSQL's timeline id; a new one means a failover that may have lost commits
 * @param leaseSeconds life of the gateway's lease from now on
 * @param streams one answer per update, in the order of the request
 */
public record UpdateReply(long timeline, int leaseSeconds, List<Extension> streams) {
    public UpdateReply {
        streams = List.copyOf(streams);
    }

    /**
     * One stream's answer.
     *
     * @param streamId the stream
     * @param accepted false: the epoch is old or the hold is closed; stop producing
     * @param grantedMicro the hold's whole grant after this update
     * @param last nothing more can be granted ({@code final} in JSON)
     * @param availableMicro what the account has left beside its holds
     * @param cancelled a stop is stored on the hold: end the stream, if it has not ended yet
     */
    public record Extension(
            StreamId streamId,
            boolean accepted,
            @Micro long grantedMicro,
            @JsonProperty("final") boolean last,
            @Micro long availableMicro,
            boolean cancelled) {}
}
