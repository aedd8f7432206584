package io.weir.bench.peer;

import java.io.IOException;

/** Servers in a row between an agent and who asks it. What is started is stopped by closing it. */
public interface Chain extends Contender {
    /** Starts it before an agent that will listen on a port of its choice, and returns once it takes connections. */
    RunningChain start() throws IOException, InterruptedException;
}
