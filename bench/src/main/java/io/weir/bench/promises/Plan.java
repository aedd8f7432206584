package io.weir.bench.promises;

/**
 * How much of everything.
 *
 * @param warmSeconds warm-up before each part
 * @param seconds measured part
 * @param answers answers at once where streaming is compared with waiting
 * @param tokens tokens of each of them
 * @param rate tokens a second of each of them
 */
record Plan(double warmSeconds, double seconds, int answers, int tokens, int rate) {
    /** Some four minutes. */
    static Plan full() {
        return new Plan(7, 6, 50, 300, 50);
    }

    /** For a look at it. */
    static Plan brief() {
        return new Plan(4, 4, 10, 100, 50);
    }
}
