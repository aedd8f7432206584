package io.weir.gateway.machines;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.RedisConfig;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** The store that the configuration asks for. */
final class FleetStores {
    private static final Logger LOG = Logger.getLogger(FleetStores.class);

    private FleetStores() {}

    @Produces
    @Singleton
    static FleetStore store(GatewayConfig config, RedisConfig redis, ObjectMapper json) {
        return switch (config.fleet()) {
            case MEMORY -> new MemoryStore(System::nanoTime);
            case REDIS -> new RedisStore(new RedisLink(redis), redis, json, config.gatewayName());
        };
    }

    static void close(@Disposes FleetStore store) {
        if (store instanceof RedisStore redis) {
            redis.close();
            LOG.debug("fleet store closed");
        }
    }
}
