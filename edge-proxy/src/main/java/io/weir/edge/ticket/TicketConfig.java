package io.weir.edge.ticket;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** Keys that tickets are signed with, shared with the gateways. */
@ConfigMapping(prefix = "weir.ticket")
public interface TicketConfig {
    /** {@code kid:base64}, of 32 bytes or more each. The first one signs; the others are still accepted by the gateways. */
    List<String> keys();

    /** How long a ticket opens its stream. */
    @WithDefault("60s")
    Duration life();
}
