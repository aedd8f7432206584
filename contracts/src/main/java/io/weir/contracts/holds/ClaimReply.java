package io.weir.contracts.holds;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Answer to a claim, always 200: {@code won} says whether the claimant owns the stream.
 *
 * @param won true: the caller is the owner under {@code epoch}
 * @param epoch the epoch in force
 * @param cancelled a cancel was stored before the claim: call no machine, close as {@code cancelled} at zero charge
 * @param owner name of the owning gateway, when the claim was lost to another one
 * @param address base URL of the owning gateway, when the claim was lost to another one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClaimReply(
        boolean won,
        long epoch,
        boolean cancelled,
        @Nullable String owner,
        @Nullable String address) {
    /** A claim renews the gateway's lease at most once a second: it leaves it up to this much less than its length. */
    public static final Duration LEASE_SLACK = Duration.ofSeconds(1);
}
