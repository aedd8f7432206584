package io.weir.gateway.metering;

import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** This process as metering knows it: a stable name and an id that is new with every start. */
@ApplicationScoped
public class Incarnation {
    private final String gateway;
    private final String id = UUID.randomUUID().toString();
    private final String address;

    /** A new incarnation of the configured gateway. */
    public Incarnation(GatewayConfig config) {
        this.gateway = config.gatewayName();
        this.address = config.address().toString();
    }

    /** Name of the gateway. */
    public String gateway() {
        return gateway;
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
