package io.weir.bench.peer;

import io.weir.bench.measure.ProcessMeter;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Nothing between agent and reader: what the generator itself and two sockets take. */
public final class NoChain implements Chain {
    /** Its name in tables. */
    public static final String NAME = "bare sockets";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String configuration() {
        return "the reader asks the agent itself: what everything else is measured against";
    }

    @Override
    public Availability prepare() {
        return new Availability.Ready("no server");
    }

    @Override
    public RunningChain start() throws IOException {
        int agentPort = ServerProcess.freePort();
        var none = new ProcessMeter();
        return new RunningChain(
                agentPort,
                agentPort,
                List.of(),
                Map.of(),
                none,
                none,
                RunningChain.Readiness.ALWAYS,
                RunningChain.Audit.NONE,
                () -> {});
    }
}
