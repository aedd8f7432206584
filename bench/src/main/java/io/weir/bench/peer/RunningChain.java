package io.weir.bench.peer;

import io.weir.bench.load.Kind;
import io.weir.bench.load.LoadSpec;
import io.weir.bench.measure.ProcessMeter;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A started chain.
 *
 * @param port of its first server
 * @param agentPort where its last one looks for the agent
 * @param users tokens that requests carry in turns; empty where they need none
 * @param headers what requests carry besides
 * @param hops CPU and memory of the servers in the row
 * @param everything those, and of all that they need: database, ledger
 * @param readiness what has to be so before an agent is asked
 * @param audit what must hold after a load
 * @param stop stops it
 */
public record RunningChain(
        int port,
        int agentPort,
        List<String> users,
        Map<String, String> headers,
        ProcessMeter hops,
        ProcessMeter everything,
        Readiness readiness,
        Audit audit,
        Runnable stop)
        implements AutoCloseable {
    private static final int FIRST_SOURCE = 2;

    /** Whether a chain is ready for an agent that has just begun to listen. */
    public interface Readiness {
        /** Of a chain that asks whoever listens. */
        Readiness ALWAYS = () -> {};

        /**
         * Waits for it.
         *
         * @throws IOException if that takes too long
         */
        void await() throws IOException, InterruptedException;
    }

    /** Looks whether a chain has kept its books. */
    public interface Audit {
        /** Of a chain that keeps none. */
        Audit NONE = () -> {};

        /**
         * Looks.
         *
         * @throws IllegalStateException if something is wrong: then its figures mean nothing
         */
        void check() throws IOException, InterruptedException;
    }

    /** Copies the tokens and headers. */
    public RunningChain {
        users = List.copyOf(users);
        headers = Map.copyOf(headers);
    }

    /** The load of so many streams at once. */
    public LoadSpec load(int streams, int opensPerSecond) {
        return new LoadSpec(
                Kind.ANSWER, port, 0, streams, streams, FIRST_SOURCE, opensPerSecond, users, "", agentPort, headers);
    }

    @Override
    public void close() {
        stop.run();
    }
}
