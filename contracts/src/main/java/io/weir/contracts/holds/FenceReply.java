package io.weir.contracts.holds;

import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;

/**
 * 200 answer of {@code POST /v1/holds/{stream}/fence}: the stream is settled, here is how. While the owner's lease runs
 * the answer is 409 with a {@link FenceRefusal} instead.
 *
 * @param epoch the epoch in force now; older ones are refused everywhere
 * @param reason {@code orphaned} if this fence settled it, else the reason it had been settled with
 * @param totals the totals it was settled at
 * @param chargeMicro what it cost
 */
public record FenceReply(
        long epoch, EndReason reason, Totals totals, @Micro long chargeMicro) {}
