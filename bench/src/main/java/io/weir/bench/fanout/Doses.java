package io.weir.bench.fanout;

import java.util.List;

/**
 * How much of everything.
 *
 * @param subscribers subscribers of the one topic
 * @param rates messages a second on the one topic, one after the other
 * @param topics topics of the many
 * @param subscribersPerTopic subscribers of each of them
 * @param topicRate messages a second on each of them
 * @param idle sockets on topics of their own that nobody publishes to
 * @param active subscribers of one more topic while all those are there
 * @param firstWarmSeconds warm-up of a fresh server
 * @param warmSeconds warm-up of one that has run already
 * @param seconds measured part
 */
record Doses(
        int subscribers,
        List<Integer> rates,
        int topics,
        int subscribersPerTopic,
        int topicRate,
        int idle,
        int active,
        double firstWarmSeconds,
        double warmSeconds,
        double seconds) {
    Doses {
        rates = List.copyOf(rates);
    }

    /** Some eight minutes. */
    static Doses full() {
        return new Doses(1_000, List.of(100, 200), 100, 10, 20, 10_000, 100, 15, 3, 8);
    }

    /** For a look at it: fewer sockets, shorter parts. */
    static Doses brief() {
        return new Doses(1_000, List.of(100), 100, 10, 20, 2_000, 100, 3, 1, 3);
    }
}
