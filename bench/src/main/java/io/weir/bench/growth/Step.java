package io.weir.bench.growth;

import io.weir.bench.scenario.WarmUp;
import java.util.List;

/**
 * So many streams that share the same traffic.
 *
 * @param streams answers at once
 * @param rate tokens a second of each of them
 */
record Step(int streams, int rate) {
    String title() {
        return "%,d × %,d tokens/s".formatted(streams, rate);
    }

    /** How many new streams a second: not more than a ledger on the same cores carries with ease. */
    int opensPerSecond() {
        return Math.clamp(streams, 20, 80);
    }

    /**
     * What is measured.
     *
     * @param steps one after the other on the same servers
     * @param warmUp before the first
     * @param seconds of each
     */
    record Plan(List<Step> steps, WarmUp warmUp, double seconds) {
        Plan {
            steps = List.copyOf(steps);
        }

        /** 10,000 tokens a second; some five minutes. */
        static Plan full() {
            return new Plan(
                    List.of(new Step(10, 1_000), new Step(100, 100), new Step(1_000, 10), new Step(5_000, 2)),
                    new WarmUp(4, 100, 60, 100, 10),
                    8);
        }

        /** For a look at it: 2,000 tokens a second. */
        static Plan brief() {
            return new Plan(
                    List.of(new Step(10, 200), new Step(100, 20), new Step(500, 4)), new WarmUp(2, 100, 20, 20, 5), 4);
        }
    }
}
