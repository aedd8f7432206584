package io.weir.bench.ledger;

/**
 * How much of everything.
 *
 * @param accounts over which cycles are spread
 * @param connections to PostgreSQL, of metering, the core and pgbench alike
 * @param callers of HTTP and the core, at a time
 * @param rounds in which they take turns
 * @param firstWarmSeconds warm-up in the first round
 * @param warmSeconds warm-up in those after it
 * @param seconds measured part of each turn
 * @param hotCallers of one account, at a time
 * @param hotHolds reserves and settles of one account in each turn
 * @param batch holds of one batched update
 * @param streams of one account, whose usage is asked for
 */
record Plan(
        int accounts,
        int connections,
        int callers,
        int rounds,
        double firstWarmSeconds,
        double warmSeconds,
        double seconds,
        int hotCallers,
        int hotHolds,
        int batch,
        int streams) {
    static Plan full() {
        return new Plan(1_000, 16, 32, 3, 10, 2, 10, 64, 6_000, 1_000, 1_000_000);
    }

    /** For a look at it: shorter parts, fewer streams. */
    static Plan brief() {
        return new Plan(1_000, 16, 32, 1, 6, 2, 5, 64, 2_000, 1_000, 50_000);
    }
}
