package io.weir.edge.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.health.api.HealthGroup;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** The gateway, in the group {@code stack}. */
@Singleton
@HealthGroup("stack")
final class GatewayHealth implements AsyncHealthCheck {
    private final StackProbe probe;

    GatewayHealth(StackProbe probe) {
        this.probe = probe;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return probe.probe(StackProbe.Service.GATEWAY);
    }
}
