package io.weir.metering.prices;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Reads versions; nothing is ever changed. */
@ApplicationScoped
class PriceRows implements PanacheRepositoryBase<PriceRow, PriceRow.Key> {
    Uni<List<PriceRow>> book() {
        return listAll(Sort.by("name").and("version"));
    }
}
