package io.weir.metering.ledger;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Reads entries. */
@ApplicationScoped
class EntryRows implements PanacheRepositoryBase<EntryRow, Long> {
    Uni<List<EntryRow>> of(UUID stream) {
        return list("streamId = ?1 and grantId is null", Sort.by("id"), stream);
    }
}
