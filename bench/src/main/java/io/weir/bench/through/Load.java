package io.weir.bench.through;

import io.weir.bench.scenario.WarmUp;
import java.util.List;

/**
 * How much of everything.
 *
 * @param streams answers at once
 * @param rate tokens a second of each of them
 */
record Load(int streams, int rate) {
    /** Tokens a second of all of them. */
    int tokensPerSecond() {
        return streams * rate;
    }

    String title() {
        return "%,d %s at %,d tokens/s%s"
                .formatted(streams, streams == 1 ? "stream" : "streams", rate, streams == 1 ? "" : " each");
    }

    /**
     * Loads of the same streams, one after the other.
     *
     * @param streams answers at once
     * @param rates tokens a second of each of them
     */
    record Group(int streams, List<Integer> rates) {
        Group {
            rates = List.copyOf(rates);
        }

        /** How many new streams a second; a start costs more than a token. */
        int opensPerSecond() {
            return Math.clamp(streams / 2, 20, 150);
        }

        List<Load> loads() {
            return rates.stream().map(rate -> new Load(streams, rate)).toList();
        }
    }

    /**
     * What is stopped.
     *
     * @param count answers, each a fiftieth of a second after the one before
     * @param rate tokens a second of each answer meanwhile
     */
    record Stops(int count, int rate) {
        static final int PER_SECOND = 50;
    }

    /**
     * What is measured.
     *
     * @param groups one after the other on the same servers
     * @param warmUp of fresh servers
     * @param warmSeconds warm-up before each load
     * @param seconds measured part of each
     * @param stops what is stopped at the end
     */
    record Plan(List<Group> groups, WarmUp warmUp, double warmSeconds, double seconds, Stops stops) {
        Plan {
            groups = List.copyOf(groups);
        }

        /** Two minutes a chain, one of them to warm up; some nineteen minutes in all. */
        static Plan full() {
            List<Integer> rates = List.of(20, 100);
            return new Plan(
                    List.of(new Group(1, rates), new Group(100, rates), new Group(500, rates), new Group(2_000, rates)),
                    new WarmUp(4, 100, 60, 100, 35),
                    1,
                    3,
                    new Stops(150, 10));
        }

        /** For a look at it: fewer streams, shorter parts. */
        static Plan brief() {
            return new Plan(
                    List.of(new Group(100, List.of(20, 100))), new WarmUp(2, 40, 20, 50, 4), 2, 4, new Stops(50, 10));
        }
    }
}
