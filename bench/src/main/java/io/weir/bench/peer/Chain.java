package io.weir.bench.peer;

import io.weir.bench.peer.Peer.Availability;
import java.io.IOException;

/**
 * Servers in a row between an agent and who asks it. {@link #prepare} once, then {@link #start}; what is started is stopped
 * by closing it.
 */
public interface Chain {
    /** Its name in tables. */
    String name();

    /** How it is configured, in a sentence for the page. */
    String configuration();

    /** Gets what it needs into the cache. */
    Availability prepare() throws IOException, InterruptedException;

    /** Starts it before an agent that will listen on a port of its choice, and returns once it takes connections. */
    RunningChain start() throws IOException, InterruptedException;
}
