package io.weir.bench.peer;

import io.weir.bench.load.Kind;
import io.weir.bench.load.LoadSpec;
import io.weir.bench.measure.ProcessMeter;
import java.util.List;

/**
 * A started chain.
 *
 * @param port of its first server
 * @param agentPort where its last one looks for the agent
 * @param users tokens that requests carry in turns; empty where they need none
 * @param hops CPU and memory of the servers in the row
 * @param everything those, and of all that they need: database, ledger
 * @param stop stops it
 */
public record RunningChain(
        int port, int agentPort, List<String> users, ProcessMeter hops, ProcessMeter everything, Runnable stop)
        implements AutoCloseable {
    private static final int FIRST_SOURCE = 2;

    /** Copies the tokens. */
    public RunningChain {
        users = List.copyOf(users);
    }

    /** The load of so many streams at once. */
    public LoadSpec load(int streams, int opensPerSecond) {
        return new LoadSpec(Kind.ANSWER, port, streams, streams, FIRST_SOURCE, opensPerSecond, users, "", agentPort);
    }

    @Override
    public void close() {
        stop.run();
    }
}
