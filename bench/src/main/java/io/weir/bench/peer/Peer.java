package io.weir.bench.peer;

import java.io.IOException;

/**
 * A server that fans out. Started for each measurement that needs a fresh one; what is started is stopped by closing it. How
 * subscribers and publishers speak to it is the load generator's {@link io.weir.bench.load.Kind}.
 */
public interface Peer extends Contender {
    /** Starts it and returns once it takes connections. */
    RunningPeer start() throws IOException, InterruptedException;
}
