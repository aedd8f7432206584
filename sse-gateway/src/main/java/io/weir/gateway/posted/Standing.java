package io.weir.gateway.posted;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import org.jspecify.annotations.Nullable;

/**
 * How far a posted stream is.
 *
 * @param streamId the stream
 * @param epoch of this gateway's claim
 * @param head number of the producer's last event that was taken; 0 if none was
 * @param state {@code open} or {@code ended}
 * @param reason how it ended
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record Standing(
        StreamId streamId,
        long epoch,
        long head,
        String state,
        @Nullable String reason) {
    static Standing open(StreamId stream, long epoch, long head) {
        return new Standing(stream, epoch, head, "open", null);
    }

    static Standing ended(StreamId stream, long epoch, long head, EndReason reason) {
        return new Standing(stream, epoch, head, "ended", reason.wire());
    }

    boolean isOpen() {
        return reason == null;
    }
}
