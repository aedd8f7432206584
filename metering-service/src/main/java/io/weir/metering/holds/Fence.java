package io.weir.metering.holds;

import io.weir.contracts.holds.FenceRefusal;
import io.weir.contracts.holds.FenceReply;

/** Answer to the relay's suspicion that a gateway is gone. */
sealed interface Fence {
    /**
     * The stream is settled, by this fence or before it.
     *
     * @param reply how
     */
    record Settled(FenceReply reply) implements Fence {}

    /**
     * The owner's lease still runs.
     *
     * @param refusal when to ask again
     */
    record Leased(FenceRefusal refusal) implements Fence {}
}
