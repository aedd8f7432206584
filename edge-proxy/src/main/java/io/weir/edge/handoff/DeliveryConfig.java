package io.weir.edge.handoff;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** How answers get from the gateway to the caller. */
@ConfigMapping(prefix = "weir.edge")
public interface DeliveryConfig {
    /** The two ways. */
    enum Delivery {
        /** Through this process. */
        PROXY,
        /** Straight from the gateway, to which callers are redirected with a ticket. Resume and stop go through the edge. */
        HANDOFF
    }

    /** How streams that are asked for by POST reach who has asked. */
    @WithDefault("proxy")
    Delivery delivery();

    /** Where callers are sent. */
    Handoff handoff();

    /** Where callers are sent. */
    interface Handoff {
        /** Base URL of the gateways as callers reach them. Default: {@code weir.edge.gateway-url}. */
        Optional<URI> gatewayUrl();
    }
}
