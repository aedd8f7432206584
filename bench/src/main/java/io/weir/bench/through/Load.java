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
    /** How many of so many answers are opened a second; a start costs more than a token. */
    static int opensPerSecond(int streams) {
        return Math.clamp(streams / 2, 20, 150);
    }

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
     * @param settleSeconds how long each load has gone on before it is measured: what it took to open the answers is over
     *     then, and so is what the load before has left unread
     */
    record Group(int streams, List<Integer> rates, double settleSeconds) {
        Group {
            rates = List.copyOf(rates);
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
     * @param seconds measured part of each
     * @param stops what is stopped at the end
     */
    record Plan(List<Group> groups, WarmUp warmUp, double seconds, Stops stops) {
        Plan {
            groups = List.copyOf(groups);
        }

        /** Two and a half minutes a chain, one of them to warm up; some twenty-three minutes in all. */
        static Plan full() {
            List<Integer> rates = List.of(20, 100);
            return new Plan(
                    List.of(
                            new Group(1, rates, 1),
                            new Group(100, rates, 1),
                            new Group(500, List.of(20, 100, 150), 5),
                            new Group(2_000, rates, 5)),
                    new WarmUp(4, 100, 60, 100, 35),
                    3,
                    new Stops(150, 10));
        }

        /** For a look at it: fewer streams, shorter parts. */
        static Plan brief() {
            return new Plan(
                    List.of(new Group(100, List.of(20, 100), 2)), new WarmUp(2, 40, 20, 50, 4), 4, new Stops(50, 10));
        }
    }
}
