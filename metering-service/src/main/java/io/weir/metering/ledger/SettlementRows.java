package io.weir.metering.ledger;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Reads settlements. */
@ApplicationScoped
class SettlementRows implements PanacheRepositoryBase<SettlementRow, UUID> {}
