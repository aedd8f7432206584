package io.weir.bench.peer;

import java.io.IOException;

/**
 * A server that is measured. {@link #prepare} once, then {@link #start} for each measurement that needs a fresh one; what
 * is started is stopped by closing it. How subscribers and publishers speak to it is the load generator's
 * {@link io.weir.bench.load.Kind}.
 */
public interface Peer {
    /** Its name in tables. */
    String name();

    /** How it is configured, in a sentence for the page. */
    String configuration();

    /** Gets what it needs into the cache. */
    Availability prepare() throws IOException, InterruptedException;

    /** Starts it and returns once it takes connections. */
    RunningPeer start() throws IOException, InterruptedException;

    /** Whether a peer can be measured here. */
    sealed interface Availability {
        /**
         * It can.
         *
         * @param version what was found
         */
        record Ready(String version) implements Availability {}

        /**
         * It cannot.
         *
         * @param why why, for the page
         */
        record Missing(String why) implements Availability {}
    }
}
