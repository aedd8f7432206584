package io.weir.metering.chain;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the hash chain over the entries has come.
 *
 * @param sealedUpTo last entry that a seal covers; what is younger is sealed within seconds
 * @param verifiedUpTo last entry whose seals were recomputed, in the running or the last whole pass
 * @param verifiedAt when the last of them was; absent before the first
 * @param brokenAt first entry that is not as it was sealed; absent if all are
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChainState(
        long sealedUpTo,
        long verifiedUpTo,
        @Nullable Instant verifiedAt,
        @Nullable Long brokenAt) {}
