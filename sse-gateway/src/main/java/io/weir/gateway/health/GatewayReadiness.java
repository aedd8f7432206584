package io.weir.gateway.health;

import io.weir.gateway.machines.Fleet;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.metering.Lease;
import io.weir.gateway.metering.Settlement;
import io.weir.gateway.publish.RelayLink;
import io.weir.gateway.stream.OpenStreams;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready unless it drains. The neighbours' state is shown but does not decide: with metering or the relay away this gateway
 * still carries its streams, and says 503 itself where it cannot start one.
 */
@Readiness
@ApplicationScoped
public class GatewayReadiness implements HealthCheck {
    private final OpenStreams streams;
    private final RelayLink relay;
    private final Lease lease;
    private final Settlement settlement;
    private final Fleet fleet;

    /** Looks at the parts of this process only. */
    public GatewayReadiness(OpenStreams streams, RelayLink relay, Lease lease, Settlement settlement, Fleet fleet) {
        this.streams = streams;
        this.relay = relay;
        this.lease = lease;
        this.settlement = settlement;
        this.fleet = fleet;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("gateway")
                .status(!streams.draining())
                .withData("streams", streams.size())
                .withData("relay", relay.connected())
                .withData("lease", lease.holds(System.nanoTime()))
                .withData("unsettled", settlement.unsettled())
                .withData("machines", fleet.machines().size())
                .withData(
                        "machinesHealthy",
                        fleet.machines().stream().filter(Machine::healthy).count())
                .build();
    }
}
