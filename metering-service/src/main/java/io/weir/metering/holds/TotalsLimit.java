package io.weir.metering.holds;

import io.weir.contracts.stream.Totals;

/** The most tokens of a stream that the ledger takes. */
public final class TotalsLimit {
    /** Keeps every charge within 63 bits. */
    static final long MAX_TOKENS = 1_000_000_000;

    private TotalsLimit() {}

    /**
     * What an agent reports beyond all reason is cut to the bound and not refused: a stream that cannot be settled would
     * hold its credits for ever.
     */
    public static Totals cut(Totals totals) {
        long input = Math.min(totals.input(), MAX_TOKENS);
        long cached = Math.min(totals.cached(), input);
        long output = Math.min(totals.output(), MAX_TOKENS);
        return new Totals(
                input,
                cached,
                Math.min(totals.cacheWrite(), input - cached),
                output,
                Math.min(totals.reasoning(), output));
    }
}
