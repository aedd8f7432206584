package io.weir.edge.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.health.api.HealthGroup;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** The metering, in the group {@code stack}. */
@Singleton
@HealthGroup("stack")
final class MeteringHealth implements AsyncHealthCheck {
    private final StackProbe probe;

    MeteringHealth(StackProbe probe) {
        this.probe = probe;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return probe.probe(StackProbe.Service.METERING);
    }
}
