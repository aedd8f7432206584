package io.weir.gateway.metering;

import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** This process as metering knows it: a stable name, and an id that is new with every start and greater than the ones before. */
@ApplicationScoped
public class Incarnation {
    private final String gateway;
    private final String id = id(System.currentTimeMillis());
    private final String address;

    /** A new incarnation of the configured gateway. */
    public Incarnation(GatewayConfig config) {
        this.gateway = config.gatewayName();
        this.address = config.address().toString();
    }

    /** Ascends as text: a dead process' request that comes late is known as older. */
    static String id(long startedMillis) {
        return "%015d-%s".formatted(startedMillis, UUID.randomUUID());
    }

    /** Body of a claim. */
    ClaimRequest claim() {
        return new ClaimRequest(gateway, id, address);
    }

    /** Body of a batch. */
    UpdateBatch batch(List<UpdateBatch.Update> updates) {
        return new UpdateBatch(gateway, id, address, updates);
    }
}
