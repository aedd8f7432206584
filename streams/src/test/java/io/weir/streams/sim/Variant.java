package io.weir.streams.sim;

/** The system as built, and ways to break it that the simulation must notice. */
enum Variant {
    /** As built. */
    SOUND,
    /** The relay ends a silent producer's log itself instead of asking metering. */
    RELAY_JUDGES,
    /** Metering fences although the owner's lease still runs. */
    FENCE_IGNORES_LEASE,
    /** Gateways do not watch their own lease. */
    GATEWAY_IGNORES_LEASE,
    /** The log accepts whatever epoch comes, even after the fence. */
    LOG_IGNORES_FENCE,
    /** The terminal leaves before the journal has it. */
    JOURNAL_NOT_AWAITED,
    /** A gateway ignores the stops that metering tells it of. */
    STORED_CANCEL_IGNORED
}
