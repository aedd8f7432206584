package io.weir.bench.peer;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A server that passes an agent's answers on, alone or several in a row. */
public interface Hop {
    /** Its name in tables. */
    String title();

    /** How it is configured, in a sentence for the page. */
    String configuration();

    /**
     * Gets it into the cache.
     *
     * @return its version
     * @throws IOException if it cannot be had
     */
    String get() throws IOException, InterruptedException;

    /**
     * What starts it.
     *
     * @param name of this one among those in the row
     * @param port where it listens on 127.0.0.1
     * @param upstream port of what it asks
     */
    Launch launch(String name, int port, int upstream) throws IOException;

    /** What requests to it carry besides, where it asks this port. */
    default Map<String, String> headers(int upstream) {
        return Map.of();
    }

    /**
     * A command with its environment.
     *
     * @param command program and arguments
     * @param environment variables besides those of the bench
     */
    record Launch(List<String> command, Map<String, String> environment) {
        /** Copies both. */
        public Launch {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }
}
