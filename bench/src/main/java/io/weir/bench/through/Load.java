package io.weir.bench.through;

import java.util.List;

/**
 * How much of everything.
 *
 * @param streams answers at once
 * @param rate tokens a second of each of them
 */
record Load(int streams, int rate) {
    /** How many new streams a second; a start costs more than a token. */
    int opensPerSecond() {
        return Math.max(20, Math.min(200, streams));
    }

    String title() {
        return "%,d %s at %,d tokens/s%s"
                .formatted(streams, streams == 1 ? "stream" : "streams", rate, streams == 1 ? "" : " each");
    }

    /**
     * What is measured.
     *
     * @param loads one after the other on the same servers
     * @param warmSeconds warm-up before each
     * @param firstWarmSeconds warm-up before the first
     * @param seconds measured part of each
     */
    record Plan(List<Load> loads, double firstWarmSeconds, double warmSeconds, double seconds) {
        Plan {
            loads = List.copyOf(loads);
        }

        static Plan full() {
            return new Plan(
                    List.of(
                            new Load(100, 20),
                            new Load(1, 100),
                            new Load(100, 100),
                            new Load(500, 20),
                            new Load(2_000, 5),
                            new Load(2_000, 20),
                            new Load(500, 200)),
                    20,
                    3,
                    10);
        }

        /** For a look at it: fewer streams, shorter parts. */
        static Plan brief() {
            return new Plan(List.of(new Load(100, 20), new Load(100, 100)), 5, 1, 4);
        }
    }
}
