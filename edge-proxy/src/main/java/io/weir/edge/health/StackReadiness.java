package io.weir.edge.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.weir.edge.health.StackProbe.Service;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
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
        List<Uni<Integer>> all = Arrays.stream(Service.values()).map(probe::status).toList();
        return Uni.join().all(all).andFailFast().map(StackReadiness::response);
    }

    private static HealthCheckResponse response(List<Integer> statuses) {
        var answer = HealthCheckResponse.named(NAME).status(statuses.stream().allMatch(status -> status == 200));
        for (Service service : Service.values()) {
            answer.withData(service.name(), statuses.get(service.ordinal()));
        }
        return answer.build();
    }
}
