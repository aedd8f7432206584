package io.weir.metering.holds;

/**
 * What an agent has been seen to do, of late.
 *
 * @param rate tokens charged per second of output
 * @param rateWeight how many fresh streams say so
 * @param ratio tokens reported per token counted
 * @param ratioWeight how many fresh streams say so
 */
record Pace(double rate, double rateWeight, double ratio, double ratioWeight) {
    /** Nothing seen. */
    static final Pace UNKNOWN = new Pace(0, 0, 1, 0);

    /** The ratio to go by: 1 where nothing is reported, and never less, for what was counted is to be covered. */
    double ratio(PaceSettings settings) {
        return Math.clamp(blend(1, ratio, ratioWeight, settings), 1, settings.mostRatio());
    }

    /** Counted tokens per second to go by: the configured rate where nothing was seen. */
    double rate(int configured, PaceSettings settings) {
        double counted = blend(configured, rate / Math.max(1, ratio), rateWeight, settings);
        return Math.clamp(counted, configured / settings.mostFactor(), configured * settings.mostFactor());
    }

    /** Tokens that one lease of output may be charged with. */
    long leaseTokens(int configured, long leaseSeconds, PaceSettings settings) {
        // What streams of long ago still weigh is no token.
        return Math.max(1, (long) Math.ceil(rate(configured, settings) * ratio(settings) * leaseSeconds - 1e-6));
    }

    private static double blend(double known, double seen, double weight, PaceSettings settings) {
        return (known * settings.trust() + seen * weight) / (settings.trust() + weight);
    }
}
