package io.weir.bench.ledger.load;

import java.util.Map;

/**
 * How a load comes to the ledger.
 *
 * @param kind through what
 * @param port of the service, or of PostgreSQL
 * @param token of a service that may hold; empty for the core
 * @param connections of the core's pool; the most that HTTP callers open
 * @param settings of the core, as the service would read them; empty for HTTP
 */
public record DoorSpec(Kind kind, int port, String token, int connections, Map<String, String> settings) {
    /** Copies the settings. */
    public DoorSpec {
        settings = Map.copyOf(settings);
    }

    /** Through what. */
    public enum Kind {
        /** The service's endpoints. */
        HTTP,
        /** The service's classes over a pool of this process. */
        CORE
    }
}
