package io.weir.edge.socketticket;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** One-time tickets for the WebSocket {@code /api/chat/ws}. */
@ConfigMapping(prefix = "weir.edge.socket-tickets")
public interface SocketTicketConfig {
    /** How long a ticket opens its socket. */
    @WithDefault("60s")
    @DurationMin(seconds = 1)
    @DurationMax(seconds = 60)
    Duration life();

    /**
     * Where other edges reach this process ({@code http://10.0.0.7:8080}), to use up a ticket of its that was shown to them.
     * Without it a ticket opens a socket only at the process that has issued it, and anywhere else is answered 401.
     */
    Optional<URI> address();

    /** Tickets of this process that nobody has used yet; at it 503 with {@code Retry-After}. */
    @Min(1)
    @WithDefault("20000")
    int unused();

    /** The same of one account; at it 429. */
    @Min(1)
    @WithDefault("32")
    int unusedPerAccount();
}
