package io.weir.edge.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What readiness means here. */
@ConfigMapping(prefix = "weir.edge")
public interface HealthConfig {
    /**
     * True: this service is ready only while gateway, relay and metering are. For a stack on one machine; in a cluster one
     * service's trouble must not take another one out of its load balancer.
     */
    @WithDefault("false")
    boolean readyWithStack();
}
