package io.weir.contracts.holds;

import io.weir.contracts.stream.Totals;

/**
 * One immutable version of a price. Nano-credits per token (1 credit = 10^9 nano-credits), micro-credits per request.
 *
 * @param version version number in the price book; 0 is the version of zeros used for streams on the caller's own key
 * @param inputNano per uncached input token
 * @param cachedNano per cached input token
 * @param cacheWriteNano per input token written to a cache
 * @param outputNano per output token that is no reasoning token
 * @param reasoningNano per reasoning token
 * @param requestMicro per request, charged once anything was used
 */
public record Price(
        int version,
        long inputNano,
        long cachedNano,
        long cacheWriteNano,
        long outputNano,
        long reasoningNano,
        @Micro long requestMicro) {
    private static final long NANO_PER_MICRO = 1000;

    public Price {
        if (version < 0
                || inputNano < 0
                || cachedNano < 0
                || cacheWriteNano < 0
                || outputNano < 0
                || reasoningNano < 0
                || requestMicro < 0) {
            throw new IllegalArgumentException("price components must not be negative");
        }
    }

    /**
     * The charge for cumulative totals, in micro-credits: the sum of tokens × nano-price, rounded up once to whole
     * micro-credits, plus the request price if anything was used. Monotone in each count, so the last live figure is
     * the bill.
     *
     * @throws ArithmeticException if the charge does not fit 63 bits
     */
    public long chargeMicro(Totals totals) {
        if (totals.isZero()) {
            return 0;
        }
        long plainInput = totals.input() - totals.cached() - totals.cacheWrite();
        long plainOutput = totals.output() - totals.reasoning();
        long nano = Math.multiplyExact(plainInput, inputNano);
        nano = Math.addExact(nano, Math.multiplyExact(totals.cached(), cachedNano));
        nano = Math.addExact(nano, Math.multiplyExact(totals.cacheWrite(), cacheWriteNano));
        nano = Math.addExact(nano, Math.multiplyExact(plainOutput, outputNano));
        nano = Math.addExact(nano, Math.multiplyExact(totals.reasoning(), reasoningNano));
        return Math.addExact(Math.ceilDiv(nano, NANO_PER_MICRO), requestMicro);
    }

    /**
     * The largest number of plain output tokens whose charge, on top of {@code input} plain input tokens, stays within
     * {@code micro}; 0 if not even the input is covered, {@link Long#MAX_VALUE} where output is free.
     */
    public long affordableOutput(long input, long micro) {
        long fixed = chargeMicro(Totals.counted(Math.max(1, input), 0));
        if (fixed > micro) {
            return 0;
        }
        if (outputNano == 0) {
            return Long.MAX_VALUE;
        }
        long room = Math.multiplyExact(micro - requestMicro, NANO_PER_MICRO) - Math.multiplyExact(input, inputNano);
        return Math.max(0, room / outputNano);
    }
}
