package io.weir.relay.operations;

import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Leaves out the framework's timers of how long each connection has been open: two samples a socket, in sorted sets, and the
 * relay's own gauges count sockets already.
 */
final class ConnectionTimers {
    private static final Set<String> LEFT_OUT = Set.of("http.server.connections", "http.server.websocket.connections");

    private ConnectionTimers() {}

    @Produces
    @Singleton
    static MeterFilter leaveOut() {
        return MeterFilter.deny(meter -> LEFT_OUT.contains(meter.getName()));
    }
}
