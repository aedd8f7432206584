package io.weir.gateway.machines;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.weir.gateway.config.AgentDialect;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A machine as it is shown to operators.
 *
 * @param app its fleet
 * @param id its name in the fleet
 * @param address base URL
 * @param capacity streams that it takes at a time; absent: as many as come
 * @param labels what it was given
 * @param secret where its secret is, never the secret
 * @param dialect what it speaks, where that is its own; absent: what its agent is configured to speak
 * @param source who brought it: {@code configuration}, {@code registered}, {@code dns}, {@code kubernetes}
 * @param draining true if it takes no new streams
 * @param healthy true if probes and streams find it well
 * @param leftAlone true if it is out of choice because streams failed on it
 * @param openStreams streams on it, over all gateways as far as this one knows
 * @param lastChecked last probe
 * @param consecutiveFailures probes and streams that failed since it was last well
 * @param lastError its last failure, also when it is well again
 * @param lastErrorAt when that was
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MachineView(
        String app,
        String id,
        String address,
        @Nullable Integer capacity,
        Map<String, String> labels,
        @Nullable String secret,
        @Nullable String dialect,
        String source,
        boolean draining,
        boolean healthy,
        boolean leftAlone,
        int openStreams,
        @Nullable Instant lastChecked,
        int consecutiveFailures,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt) {
    private static final String NO_SECRET = "secret not found";

    static MachineView of(Machine machine) {
        MachineSpec spec = machine.spec();
        MachineHealth.View health = machine.health().view();
        boolean bare = machine.lacksSecret();
        return new MachineView(
                spec.id().app(),
                spec.id().id(),
                spec.address().toString(),
                spec.capacity() == 0 ? null : spec.capacity(),
                spec.labels(),
                spec.secret().map(SecretReference::toString).orElse(null),
                spec.dialect().map(AgentDialect::wire).orElse(null),
                spec.source().name().toLowerCase(Locale.ROOT),
                machine.draining(),
                health.healthy() && !bare,
                health.leftAlone(),
                machine.load(),
                health.lastChecked().orElse(null),
                health.consecutiveFailures(),
                bare ? NO_SECRET : health.lastError().orElse(null),
                health.lastErrorAt().orElse(null));
    }
}
