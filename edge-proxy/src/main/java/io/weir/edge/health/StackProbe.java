package io.weir.edge.health;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.WireConfig;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Asks another service whether it is ready. */
@Singleton
final class StackProbe {
    private static final Duration BOUND = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final ServiceCalls calls;
    private final WireConfig config;

    StackProbe(Vertx vertx, ServiceCalls calls, WireConfig config) {
        this.vertx = vertx;
        this.calls = calls;
        this.config = config;
    }

    /** The services behind this one. */
    enum Service {
        GATEWAY,
        RELAY,
        METERING
    }

    Uni<HealthCheckResponse> probe(Service service) {
        String name = service.name().toLowerCase(Locale.ROOT);
        return status(service).map(status -> HealthCheckResponse.named(name)
                .status(status == 200)
                .withData("status", status)
                .build());
    }

    private Uni<Integer> status(Service service) {
        URI target = address(service).resolve("/q/health/ready");
        return Uni.createFrom()
                .emitter(emitter -> vertx.getOrCreateContext().runOnContext(_ -> calls.probe(target, BOUND)
                        .otherwise(0)
                        .onComplete(result -> emitter.complete(result.result()))));
    }

    private URI address(Service service) {
        return switch (service) {
            case GATEWAY -> config.gatewayUrl();
            case RELAY -> config.relayUrl();
            case METERING -> config.meteringUrl();
        };
    }
}
