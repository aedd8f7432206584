package io.weir.edge.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.weir.edge.health.StackProbe.Service;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.Readiness;

/** Folds the stack into this service's readiness where it is configured so. */
@Singleton
@Readiness
final class StackReadiness implements AsyncHealthCheck {
    private static final String NAME = "stack";

    private final StackProbe probe;
    private final HealthConfig config;

    StackReadiness(StackProbe probe, HealthConfig config) {
        this.probe = probe;
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        if (!config.readyWithStack()) {
            return Uni.createFrom().item(HealthCheckResponse.up(NAME));
        }
        List<Uni<HealthCheckResponse>> all =
                Arrays.stream(Service.values()).map(probe::probe).toList();
        return Uni.join().all(all).andFailFast().map(StackReadiness::response);
    }

    private static HealthCheckResponse response(List<HealthCheckResponse> services) {
        boolean up = services.stream().allMatch(service -> service.getStatus() == Status.UP);
        var answer = HealthCheckResponse.named(NAME).status(up);
        services.forEach(service ->
                answer.withData(service.getName(), service.getStatus().name()));
        return answer.build();
    }
}
