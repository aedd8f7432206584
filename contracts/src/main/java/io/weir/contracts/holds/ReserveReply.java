package io.weir.contracts.holds;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.weir.contracts.id.StreamId;

/**
 * Answer to a reserve: 201 for a new hold, 200 for the stream that the idempotency key already stands for.
 *
 * @param streamId the stream; another one than asked for where the key matched
 * @param grantedMicro credits held for it
 * @param leaseSeconds output that the grant is sized for, and the gateway's lease
 * @param last true if nothing more can be granted ({@code final} in JSON)
 * @param availableMicro balance minus everything held, after this reserve
 * @param price the version that this stream is billed by, whatever happens to the price book
 */
public record ReserveReply(
        StreamId streamId,
        @Micro long grantedMicro,
        int leaseSeconds,
        @JsonProperty("final") boolean last,
        @Micro long availableMicro,
        Price price) {}
